// The three endpoints that every daemon has.
#pragma once

#include <functional>
#include <map>
#include <string>

#include "core/http/server.hpp"

namespace millrace::http {

struct Health {
  /// The Prometheus exposition text.
  std::function<std::string()> metrics;
  /// Why the daemon is not ready, by stable name; empty when it is.
  std::function<std::map<std::string, std::string>()> not_ready;
};

/// Adds GET /healthz (200 while the loop turns), /readyz (200, or 503 with {"reasons": {name: text}}) and
/// /metrics.
void add_health_routes(Router& router, const Health& health);

}  // namespace millrace::http
