// Why the box does not do what a kiosk asks. Each reason has one stable name and one HTTP status.
#pragma once

#include <expected>
#include <string>
#include <string_view>
#include <utility>

#include "core/base/result.hpp"

namespace millrace::edge {

enum class Reason {
  bad_request,
  bad_response,
  bad_language,
  wrong_badge_or_pin,
  not_signed_in,
  wrong_pin,
  wrong_badge,
  wrong_witness,
  bad_csrf,
  wrong_origin,
  not_allowed,
  witness_not_allowed,
  own_request,
  not_found,
  stale_lease,
  attempt_closed,
  key_reused,
  no_attempts_left,
  already_passed,
  assignment_expired,
  not_open_yet,
  witness_missing,
  already_decided,
  package_unusable,
  unsupported_media_type,
  locked_out,
  busy,
  storage_full,
  internal,
};

struct Refusal {
  Reason reason = Reason::internal;
  std::string detail;          ///< a sentence that says what to do
  unsigned retry_after_s = 0;  ///< 0: not said
  std::string reference{};     ///< by which a person finds what was kept of it; empty for none
};

template <class T = void>
using Outcome = std::expected<T, Refusal>;

inline std::unexpected<Refusal> refuse(Reason reason, std::string detail, unsigned retry_after_s = 0) {
  return std::unexpected(Refusal{reason, std::move(detail), retry_after_s});
}

/// Whether the box failed, and not the request: then a transaction is undone.
inline bool is_failure(const Refusal& refusal) {
  return refusal.reason == Reason::internal || refusal.reason == Reason::storage_full ||
         refusal.reason == Reason::busy;
}

/// The stable name: the last part of the problem's type.
std::string_view code_of(Reason reason);
unsigned status_of(Reason reason);
/// What an operation's error is to a kiosk; what only the box's log should tell is left out.
Refusal refusal_of(const Error& error);

}  // namespace millrace::edge
