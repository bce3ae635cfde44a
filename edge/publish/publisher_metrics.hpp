// What the publisher exposes.
#pragma once

#include <array>
#include <string>

#include "core/delivery/outbox_reader.hpp"
#include "core/delivery/sender.hpp"
#include "core/metrics/metrics.hpp"

namespace millrace::edge {

/// Handles of the publisher's metrics; docs/operations.md lists them. The loop; owned by the publisher.
struct PublisherMetrics {
  explicit PublisherMetrics(metrics::Registry& registry)
      : depth(registry.gauge("millrace_edge_outbox_depth_records", "Records without a committed receipt")),
        oldest_age(registry.gauge("millrace_edge_outbox_oldest_unreceipted_seconds",
                                  "Age of the oldest record without a receipt; 0 when there is none")),
        unsettled_bytes(
            registry.gauge("millrace_edge_outbox_unsettled_bytes", "What counts towards the quota")),
        parked_rows(registry.gauge("millrace_edge_outbox_parked_records",
                                   "Parked records that a person must see to")),
        plant_link(registry.gauge("millrace_edge_plant_link_up", "1 while the broker is connected")),
        centre_link(registry.gauge("millrace_edge_centre_link_up", "1 while a relay reaches Service Bus")),
        published(registry.counter("millrace_edge_published_total",
                                   "Records handed to the broker, again included")),
        refused(registry.counter("millrace_edge_publish_refused_total", "Publishes that the broker refused")),
        settled(registry.counter("millrace_edge_settled_total", "Records settled by receipts")),
        parked(registry.counter("millrace_edge_parked_total", "Records parked by receipts")),
        bad_messages(registry.counter("millrace_edge_malformed_messages_total",
                                      "Receipts and relay states that could not be read")) {
    constexpr std::array<const char*, 5> kReasons{"start", "connection", "relay_instance", "resend_from",
                                                  "timer"};
    for (size_t i = 0; i < kReasons.size(); ++i) {
      rewinds[i] = registry.counter("millrace_edge_rewinds_total", "Times the sender went back to its base",
                                    {{"reason", kReasons[i]}});
    }
  }

  void observe(const delivery::Sender& sender) {
    for (size_t i = 0; i < rewinds.size(); ++i) {
      const auto now = sender.rewinds(static_cast<delivery::Sender::Rewind>(i));
      rewinds[i].add(static_cast<double>(now - rewinds_seen[i]));
      rewinds_seen[i] = now;
    }
  }

  metrics::Registry::Gauge depth;
  metrics::Registry::Gauge oldest_age;
  metrics::Registry::Gauge unsettled_bytes;
  metrics::Registry::Gauge parked_rows;
  metrics::Registry::Gauge plant_link;
  metrics::Registry::Gauge centre_link;
  metrics::Registry::Counter published;
  metrics::Registry::Counter refused;
  metrics::Registry::Counter settled;
  metrics::Registry::Counter parked;
  metrics::Registry::Counter bad_messages;
  std::array<metrics::Registry::Counter, 5> rewinds;
  std::array<uint64_t, 5> rewinds_seen{};
};

}  // namespace millrace::edge
