#include "relay/intake/intake.hpp"

#include <utility>

#include <fmt/format.h>

#include "proto/mqtt_mapping.hpp"

namespace millrace::relay {
namespace {

using ArrivalKind = delivery::Receiver::Arrival::Kind;

constexpr auto kRefusedAlarm = "messages-refused";
constexpr auto kUnknownKeyAlarm = "box-key-unknown";
/// Boxes remembered that nobody vouches for; whoever invents more is only counted.
constexpr size_t kMostWaitingBoxes = 1'024;

std::string_view name_of(ArrivalKind kind) {
  switch (kind) {
    case ArrivalKind::taken:
      return "taken";
    case ArrivalKind::kept:
      return "kept";
    case ArrivalKind::duplicate:
      return "duplicate";
    case ArrivalKind::misfit:
      return "misfit";
    case ArrivalKind::no_room:
      return "no_room";
  }
  return "kept";
}

std::string_view name_of(delivery::Refusal::Kind kind) {
  switch (kind) {
    case delivery::Refusal::Kind::malformed:
      return "malformed";
    case delivery::Refusal::Kind::unknown_key:
      return "unknown_key";
    case delivery::Refusal::Kind::forged:
      return "forged";
  }
  return "malformed";
}

}  // namespace

void Intake::message(size_t link, const mqtt::Message& message) {
  const auto topic = proto::parse_event_topic(message.topic);
  if (!topic) return count("malformed");
  const Box box{topic->site, topic->edge};

  auto decoded =
      proto::from_mqtt({message.topic, message.content_type, message.user_properties, message.payload});
  if (!decoded) {
    return refused(box, link, {delivery::Refusal::Kind::malformed, decoded.error().message, std::nullopt});
  }
  const auto record =
      delivery::InboundRecord::admit(std::move(decoded->event), decoded->base, trust_.keys(box));
  if (!record) return refused(box, link, record.error());

  if (waiting_.erase(box) != 0) raise_unknown_keys();
  count(name_of(parts_.streams.arrive(box, link, *record)));
}

void Intake::refused(const Box& box, size_t link, const delivery::Refusal& refusal) {
  count(name_of(refusal.kind));
  const auto now = parts_.clock.mono();
  if (refusal.kind != delivery::Refusal::Kind::unknown_key) {
    // One line for a flood: the alarm keeps the first reason, the counter the number.
    if (!refused_at_) {
      parts_.alarms.raise(kRefusedAlarm, fmt::format("{}-{}: {}", box.site, box.edge, refusal.reason));
    }
    refused_at_ = now;
    return;
  }
  if (waiting_.size() >= kMostWaitingBoxes && !waiting_.contains(box)) return;
  auto& waiting = waiting_[box];
  waiting.seen = now;
  if (waiting.told && now - *waiting.told < kHaltInterval) return;
  waiting.told = now;
  waiting.reason = fmt::format(
      "the key of box {}-{} is not in boxes.d/{}-{}.toml; if the box is yours, enter what `millrace-edge "
      "--print-public-key` prints",
      box.site, box.edge, box.site, box.edge);
  raise_unknown_keys();
  parts_.streams.halt(box, link, *refusal.stream_id, waiting.reason);
}

void Intake::raise_unknown_keys() {
  if (waiting_.empty()) {
    parts_.alarms.clear(kUnknownKeyAlarm);
    return;
  }
  const auto& [box, first] = *waiting_.begin();
  parts_.alarms.raise(
      kUnknownKeyAlarm,
      waiting_.size() == 1 ? first.reason : fmt::format("{} boxes wait; {}", waiting_.size(), first.reason));
}

void Intake::look_around() {
  const auto now = parts_.clock.mono();
  if (refused_at_ && now - *refused_at_ > kRefusalRemembered) {
    refused_at_.reset();
    parts_.alarms.clear(kRefusedAlarm);
  }
  const auto before = waiting_.size();
  std::erase_if(waiting_, [&](const auto& box) { return now - box.second.seen > kRefusalRemembered; });
  if (waiting_.size() != before) raise_unknown_keys();
}

void Intake::count(std::string_view result) {
  parts_.metrics
      .counter("millrace_relay_messages_total", "Event messages from the brokers by what became of them",
               {{"result", std::string(result)}})
      .add();
}

}  // namespace millrace::relay
