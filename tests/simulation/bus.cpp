#include "tests/simulation/bus.hpp"

namespace millrace::simulation {
namespace {

using Kind = delivery::Outcome::Kind;

constexpr Millis kMostWay{15};
constexpr Millis kMostBackoffAsked{4'000};

}  // namespace

void Bus::send(const Message& message, Answer answer) {
  world_.after(world_.random.between(Millis{1}, kMostWay), [this, message, answer = std::move(answer)] {
    const auto outcome = take(message);
    if (world_.mono() < silent_until_ && world_.random.chance(400)) return;
    world_.after(world_.random.between(Millis{1}, kMostWay), [answer, outcome] { answer(outcome); });
  });
}

delivery::Outcome Bus::take(const Message& message) {
  const auto now = world_.mono();
  if (now < disabled_until_) return {Kind::sink_trouble, "the entity is disabled", Millis{0}};
  if (now < throttled_until_)
    return {Kind::sink_trouble, "busy", world_.random.between(Millis{0}, kMostBackoffAsked)};
  if (now < retried_until_ && world_.random.chance(300)) return {Kind::retry_message, "not now", Millis{0}};
  const auto& truth = *message.truth;
  if (message.notice ? truth.notice_poison : truth.poison) {
    if (message.notice) ledger_.notice_refused(truth);
    return {Kind::refused, "refused as an argument", Millis{0}};
  }
  auto id = truth.record->event_id().string();
  if (message.notice) id += "/withheld";
  if (message.notice && !truth.record->event().get(delivery::attr::replayof).empty())
    id += fmt::format("/{}/{}", truth.record->stream_id().string(), truth.record->sequence());
  world_.did("keep", truth.record->sequence());
  const auto [at, fresh] = seen_.try_emplace(std::move(id), now);
  // The window counts from the first one: a duplicate does not prolong it.
  if (!fresh && now - at->second < window_) return {Kind::accepted, {}, Millis{0}};
  at->second = now;
  ledger_.stored(truth, message.notice, message.marked);
  return {Kind::accepted, {}, Millis{0}};
}

}  // namespace millrace::simulation
