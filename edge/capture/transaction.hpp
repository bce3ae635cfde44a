// One write of a kiosk as one transaction. For the .cpp files of this folder.
#pragma once

#include <functional>
#include <optional>

#include <boost/asio/awaitable.hpp>

#include "core/base/log.hpp"
#include "core/store/writer.hpp"
#include "edge/capture/submissions.hpp"
#include "edge/testing/refusal.hpp"

namespace millrace::edge {

template <class T>
using Step = std::function<Outcome<T>(store::Connection&)>;

/// A step refuses before it writes anything but a conflict of keys, and that is to stay: a refusal commits.
/// What a step decided, a refusal too, counts only once it is on disk: it may be kept under a reference, or
/// rest on what another write of the same group did. Otherwise the kiosk asks again. `parts` has the writer,
/// and has_room; `submission` is what the step looks up.
template <class T, class Parts>
boost::asio::awaitable<Outcome<T>> in_transaction(const Parts& parts, const Submission& submission,
                                                  Step<T> step) {
  if (!parts.has_room()) co_return std::unexpected(refusal_of({ErrorKind::no_space, "the disk is full"}));
  std::optional<Outcome<T>> outcome;
  const auto committed = co_await parts.writer.commit([&](store::Connection& db) -> Result<> {
    outcome = step(db);
    if (!*outcome && is_failure(outcome->error())) return fail(ErrorKind::internal, outcome->error().detail);
    return {};
  });
  if (outcome && committed && !*outcome && outcome->error().reason == Reason::key_reused)
    log_conflict(submission, outcome->error().reference);
  const bool has_failed = outcome && !*outcome && is_failure(outcome->error());
  if (outcome && (committed || has_failed)) co_return std::move(*outcome);
  log::error("capture.failed", {{"error", committed.error().message}});
  co_return std::unexpected(refusal_of(committed.error()));
}

/// An error inside a step: into the log with it, the kiosk learns only its kind.
inline std::unexpected<Refusal> failed(const Error& error) {
  log::error("capture.failed", {{"error", error.message}});
  const bool full = error.kind == ErrorKind::no_space;
  return std::unexpected(refusal_of({full ? ErrorKind::no_space : ErrorKind::internal, error.message}));
}

}  // namespace millrace::edge
