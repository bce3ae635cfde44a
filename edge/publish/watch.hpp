// What the publisher shows of itself: metrics and alarms.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <string>

#include "core/delivery/outbox_reader.hpp"
#include "core/delivery/sender.hpp"
#include "core/metrics/metrics.hpp"
#include "edge/publish/links.hpp"

namespace millrace::edge {

/// Nothing settled for this long while something is pending raises the alarm `outbox-not-draining`.
inline constexpr std::chrono::seconds kNotDrainingAfter{60};
/// From this share of the quota on, the alarm `outbox-filling` stands.
inline constexpr uint64_t kQuotaWarnPercent = 80;
/// Without the broker for this long: the alarm `broker-disconnected`.
inline constexpr std::chrono::seconds kBrokerGoneAfter{10};

/// Metrics and alarms of the publisher. On the loop; owned by the publisher.
class Watch {
 public:
  Watch(metrics::Registry& registry, metrics::Alarms& alarms, uint64_t quota_bytes);

  void published() { published_.add(); }
  /// The broker's answer to a publish.
  void answered(const Result<>& result);
  void settled(const delivery::Settled& settled);
  /// A message of the relay that could not be read.
  void unreadable(const std::string& topic, const Error& error);
  void links(const Links& links);
  /// What a receipt says about its stream standing still; empty when it moves.
  void halted(const std::string& reason) { stands("stream-halted", !reason.empty(), reason); }
  /// Reading the log worked, or not.
  void log_read(const Result<>& result);
  void raise(const std::string& name, const std::string& reason) { alarms_.raise(name, reason); }

  /// Regularly.
  void look(const delivery::Sender& sender, const delivery::Backlog& backlog, const Links& links,
            MonoTime now, WallTime wall);

 private:
  void stands(const std::string& name, bool it_does, const std::string& reason);

  metrics::Alarms& alarms_;
  uint64_t quota_bytes_;
  metrics::Registry::Gauge depth_;
  metrics::Registry::Gauge oldest_age_;
  metrics::Registry::Gauge unsettled_bytes_;
  metrics::Registry::Gauge parked_rows_;
  metrics::Registry::Gauge plant_link_;
  metrics::Registry::Gauge centre_link_;
  metrics::Registry::Counter published_;
  metrics::Registry::Counter refused_;
  metrics::Registry::Counter settled_;
  metrics::Registry::Counter parked_;
  metrics::Registry::Counter unreadable_;
  std::array<metrics::Registry::Counter, 5> rewinds_;
  std::array<uint64_t, 5> rewinds_seen_{};
};

}  // namespace millrace::edge
