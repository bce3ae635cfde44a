// Reads that answer a request. For the .cpp files of this folder.
#pragma once

#include <functional>

#include "core/base/log.hpp"
#include "edge/api/api.hpp"

namespace millrace::edge {

/// Runs a read that may refuse.
template <class T>
Outcome<T> read_report(Api& api, const std::function<Outcome<T>(store::Connection&)>& run) {
  auto result = store::read(api.reader, run);
  if (result) return std::move(*result);
  log::error("api.read_failed", {{"error", result.error().message}});
  return std::unexpected(refusal_of(result.error()));
}

}  // namespace millrace::edge
