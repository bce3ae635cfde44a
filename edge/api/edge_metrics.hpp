// What the edge counts of its work for kiosks.
#pragma once

#include <string>

#include "core/metrics/metrics.hpp"

namespace millrace::edge {

/// Owned by the daemon; on the loop.
struct EdgeMetrics {
  explicit EdgeMetrics(metrics::Registry& registry)
      : captures(registry.counter("millrace_edge_captures_total", "Tests handed in and saved")),
        answers(registry.counter("millrace_edge_answers_total", "Answers saved")),
        attempts(registry.counter("millrace_edge_attempts_total", "Attempts begun")),
        requests(registry.counter("millrace_edge_requests_total", "Requests saved")),
        decisions(registry.counter("millrace_edge_decisions_total", "Decisions of team leaders saved")),
        logins(registry.counter("millrace_edge_logins_total", "Sign-ins")),
        logins_failed(registry.counter("millrace_edge_logins_failed_total", "Sign-ins refused")),
        unlocks(registry.counter("millrace_edge_unlocks_total", "Badges that a team leader let try again")),
        key_conflicts(registry.counter("millrace_edge_key_conflicts_total",
                                       "Submission keys used again for something else")),
        storage_refusals(registry.counter("millrace_edge_storage_refusals_total",
                                          "Writes refused because nothing could be stored")),
        saved_seconds(registry.histogram("millrace_edge_saved_seconds",
                                         "From the request that hands in a test until it is on disk",
                                         {0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5})),
        sse_clients(registry.gauge("millrace_edge_sse_clients", "Screens that watch a record")),
        sessions(registry.gauge("millrace_edge_sessions", "Operators signed in")) {}

  metrics::Registry::Counter captures;
  metrics::Registry::Counter answers;
  metrics::Registry::Counter attempts;
  metrics::Registry::Counter requests;
  metrics::Registry::Counter decisions;
  metrics::Registry::Counter logins;
  metrics::Registry::Counter logins_failed;
  metrics::Registry::Counter unlocks;
  metrics::Registry::Counter key_conflicts;
  metrics::Registry::Counter storage_refusals;
  metrics::Registry::Histogram saved_seconds;
  metrics::Registry::Gauge sse_clients;
  metrics::Registry::Gauge sessions;
};

}  // namespace millrace::edge
