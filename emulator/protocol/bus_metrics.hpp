// What the bus counts while it serves clients.
#pragma once

#include "core/metrics/metrics.hpp"

namespace millrace::bus {

/// Handles into the registry; cheap to copy.
struct BusMetrics {
  explicit BusMetrics(metrics::Registry& registry)
      : accepted(registry.counter("millrace_bus_messages_accepted_total", "Messages committed for senders")),
        duplicates(registry.counter("millrace_bus_duplicates_total",
                                    "Messages accepted and dropped because their MessageId was known")),
        refused(registry.counter("millrace_bus_sends_refused_total", "Transfers answered with rejected")),
        delivered(registry.counter("millrace_bus_messages_delivered_total", "Messages handed to receivers")),
        settled(registry.counter("millrace_bus_messages_settled_total",
                                 "Dispositions of receivers that were carried out")),
        connections(registry.gauge("millrace_bus_connections", "Open AMQP connections")) {}

  metrics::Registry::Counter accepted;
  metrics::Registry::Counter duplicates;
  metrics::Registry::Counter refused;
  metrics::Registry::Counter delivered;
  metrics::Registry::Counter settled;
  metrics::Registry::Gauge connections;
};

}  // namespace millrace::bus
