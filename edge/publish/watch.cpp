#include "edge/publish/watch.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "core/base/log.hpp"

namespace millrace::edge {
namespace {

/// In the order of delivery::Sender::Rewind.
constexpr std::array<const char*, 5> kRewindReasons{"start", "connection", "relay_instance", "resend_from",
                                                    "timer"};

}  // namespace

std::string_view to_string(LinkState state) {
  switch (state) {
    case LinkState::unknown:
      return "unknown";
    case LinkState::up:
      return "up";
    case LinkState::down:
      return "down";
  }
  return "unknown";
}

Watch::Watch(metrics::Registry& registry, metrics::Alarms& alarms, uint64_t quota_bytes)
    : alarms_(alarms),
      quota_bytes_(quota_bytes),
      depth_(registry.gauge("millrace_edge_outbox_depth_records", "Records without a committed receipt")),
      oldest_age_(registry.gauge("millrace_edge_outbox_oldest_unreceipted_seconds",
                                 "Age of the oldest record without a receipt; 0 when there is none")),
      unsettled_bytes_(
          registry.gauge("millrace_edge_outbox_unsettled_bytes", "What the outbox counts towards its quota")),
      parked_rows_(registry.gauge("millrace_edge_outbox_parked_records",
                                  "Records that could not be delivered and wait for a person")),
      plant_link_(registry.gauge("millrace_edge_plant_link_up", "1 while the broker is connected")),
      centre_link_(registry.gauge("millrace_edge_centre_link_up", "1 while a relay reaches Service Bus")),
      published_(registry.counter("millrace_edge_published_total",
                                  "Records handed to the broker; each time counts when one is sent again")),
      refused_(registry.counter("millrace_edge_publish_refused_total", "Publishes that the broker refused")),
      settled_(registry.counter("millrace_edge_settled_total", "Records settled by receipts")),
      parked_(registry.counter("millrace_edge_parked_total", "Records parked by receipts")),
      unreadable_(registry.counter("millrace_edge_unreadable_messages_total",
                                   "Receipts and relay states that could not be read")) {
  for (size_t i = 0; i < rewinds_.size(); ++i) {
    rewinds_[i] = registry.counter("millrace_edge_rewinds_total", "Times the sender went back to its base",
                                   {{"reason", kRewindReasons[i]}});
  }
}

void Watch::answered(const Result<>& result) {
  if (!result) refused_.add();
  stands("broker-refuses", !result, result ? std::string() : result.error().message);
}

void Watch::settled(const delivery::Settled& settled) {
  settled_.add(static_cast<double>(settled.settled));
  parked_.add(static_cast<double>(settled.parked.size()));
  for (const auto& parking : settled.parked) {
    log::error("outbox.parked", {{"sequence", parking.sequence},
                                 {"event", parking.event_id.string()},
                                 {"reason", parking.reason},
                                 {"maybe_delivered", parking.maybe_delivered}});
  }
}

void Watch::unreadable(const std::string& topic, const Error& error) {
  unreadable_.add();
  log::warn("mqtt.unreadable", {{"topic", topic}, {"error", error.message}});
}

void Watch::links(const Links& links) {
  plant_link_.set(links.plant().state == LinkState::up ? 1 : 0);
  centre_link_.set(links.centre().state == LinkState::up ? 1 : 0);
  if (links.plant().state == LinkState::up) alarms_.clear("broker-disconnected");
  log::info("edge.links",
            {{"plant", to_string(links.plant().state)}, {"centre", to_string(links.centre().state)}});
}

void Watch::log_read(const Result<>& result) {
  stands("outbox-unreadable", !result, result ? std::string() : result.error().message);
}

void Watch::look(const delivery::Sender& sender, const delivery::Backlog& backlog, const Links& links,
                 MonoTime now, WallTime wall) {
  for (size_t i = 0; i < rewinds_.size(); ++i) {
    const auto total = sender.rewinds(static_cast<delivery::Sender::Rewind>(i));
    rewinds_[i].add(static_cast<double>(total - rewinds_seen_[i]));
    rewinds_seen_[i] = total;
  }
  const auto age = backlog.oldest ? std::max(Millis{0}, wall - *backlog.oldest) : Millis{0};
  depth_.set(static_cast<double>(backlog.depth));
  oldest_age_.set(static_cast<double>(age.count()) / 1'000);
  unsettled_bytes_.set(static_cast<double>(backlog.unsettled_bytes));
  parked_rows_.set(static_cast<double>(backlog.parked));

  stands("outbox-filling", backlog.unsettled_bytes >= quota_bytes_ / 100 * kQuotaWarnPercent,
         fmt::format("the outbox is filled to {} % of its quota or more; at 100 % captures are refused",
                     kQuotaWarnPercent));
  stands("records-parked", backlog.parked > 0,
         fmt::format("{} records could not be delivered and wait for a person", backlog.parked));
  stands("outbox-not-draining", sender.stalled_for(now) >= kNotDrainingAfter,
         fmt::format("records wait, and no receipt has come for {} s or more", kNotDrainingAfter.count()));
  if (links.plant().state != LinkState::up && wall - links.plant().since >= kBrokerGoneAfter) {
    alarms_.raise("broker-disconnected",
                  "the plant's broker cannot be reached: captures go on and wait here");
  }
}

void Watch::stands(const std::string& name, bool it_does, const std::string& reason) {
  if (it_does) {
    alarms_.raise(name, reason);
  } else {
    alarms_.clear(name);
  }
}

}  // namespace millrace::edge
