#include "tests/simulation/plant.hpp"

#include <algorithm>

namespace millrace::simulation {
namespace {

constexpr uint64_t kMostBoxes = 3;
constexpr uint64_t kMostClones = 2;
constexpr uint64_t kMostOperators = 6;
constexpr Millis kWorkEnds{25'000};
constexpr Millis kLeastPace{40};
constexpr Millis kMostPace{1'500};
constexpr Millis kBackupEvery{3'000};
constexpr Millis kDecideEvery{4'000};
constexpr Millis kDecisionsEnd{60'000};
/// A kiosk that is ahead by more than a tenth of the window hides a repeat (docs/decisions/0008).
constexpr Millis kKioskAhead{3'000};
constexpr Millis kKioskBehind{86'400'000};
/// Shorter than any real one, so that schedules reach beyond it.
constexpr Millis kDuplicateWindow{30'000};
/// All faults are over by then, also the longest of the last.
constexpr Millis kFaultsEnd{65'000};
/// Twice the longest timers one after the other: resend 60 s, lane 30 s, sink 30 s, gap 30 s.
constexpr Millis kDrainWithin{300'000};
constexpr size_t kRecordBytes = 600;

}  // namespace

Plant::Plant(const Plan& plan, bool with_story)
    : plan_(plan),
      world_(plan.seed * 2 + 1, with_story),
      ledger_(world_),
      broker_(world_),
      bus_(world_, ledger_, kDuplicateWindow) {
  auto& random = world_.random;
  sender_limits_.window_records = 2 + random.below(30);
  sender_limits_.window_bytes = kRecordBytes * (2 + random.below(40));
  sender_limits_.most_unacknowledged = 1 + random.below(20);
  receiver_limits_.window_records = 2 + random.below(40);
  receiver_limits_.window_bytes = kRecordBytes * (2 + random.below(60));
  operators_ = static_cast<uint32_t>(1 + random.below(kMostOperators));
  pace_ = random.between(kLeastPace, kMostPace);
  if (random.chance(300)) poison_ = 60;
  if (random.chance(300)) notice_poison_ = 300;
  if (random.chance(300)) kiosk_ahead_ = random.between(-kKioskBehind, kKioskAhead);

  if (plan.small) {
    sender_limits_ = {};
    sender_limits_.window_records = kSmallWindow;
    receiver_limits_ = {};
    operators_ = 1;
    poison_ = notice_poison_ = 0;
    add_box("box-1", {});
    add_relay();
    return;
  }

  const auto boxes = 1 + random.below(kMostBoxes);
  for (uint64_t number = 0; number < boxes; ++number) {
    add_box(fmt::format("box-{}", number + 1), {});
  }
  add_relay();
  if (random.chance(300)) add_relay();
}

void Plant::add_box(const std::string& name, LogModel disk) {
  boxes_.push_back(std::make_unique<Box>(world_, ledger_, broker_, static_cast<uint32_t>(boxes_.size()), name,
                                         sender_limits_, std::move(disk)));
  broker_.add(*boxes_.back());
  boxes_.back()->start();
}

void Plant::add_relay() {
  relays_.push_back(std::make_unique<Relay>(world_, ledger_, broker_, bus_,
                                            fmt::format("relay-{}", relays_.size() + 1), receiver_limits_));
  broker_.add(*relays_.back());
  relays_.back()->start();
}

RunResult Plant::run() {
  for (const auto& fault : plan_.faults) {
    world_.after(fault.at, [this, &fault] { strike(fault); });
  }
  work();
  take_backups();
  if (poison_ > 0) see_to_parked();
  const auto violated = [this] { return ledger_.violated(); };
  world_.run_until(MonoTime{} + kFaultsEnd, violated);
  if (!violated()) {
    heal();
    const auto since = world_.mono();
    const bool in_time = world_.run_until(since + kDrainWithin, [&] { return violated() || drained(); });
    if (!violated()) {
      ledger_.drained(in_time ? std::optional(world_.mono() - since) : std::nullopt, kDrainWithin);
      ledger_.close();
    }
  }
  result_.violation = ledger_.violation();
  result_.story = world_.story();
  result_.steps = world_.steps();
  result_.records = ledger_.records();
  result_.arrived = ledger_.arrived();
  result_.doubled = ledger_.doubled();
  result_.parked = ledger_.parked();
  for (const auto& box : boxes_) result_.streams_left += box->streams_left();
  result_.drained_after = world_.mono() - (MonoTime{} + kFaultsEnd);
  return std::move(result_);
}

void Plant::work() {
  if (world_.mono() > MonoTime{} + kWorkEnds || (plan_.small && submissions_ == kSmallRecords)) return;
  auto& random = world_.random;
  auto& box = *boxes_[random.below(boxes_.size())];
  // Sometimes a whole shift ends its tests at once.
  for (auto burst = random.chance(50) && !plan_.small ? 2 + random.below(20) : 1; burst > 0; --burst) {
    const bool poison = random.chance(poison_);
    box.hand_in(++submissions_, static_cast<uint32_t>(random.below(operators_)), poison,
                poison && random.chance(notice_poison_), kiosk_ahead_);
  }
  world_.after(random.between(Millis{1}, pace_), [this] { work(); });
}

void Plant::take_backups() {
  if (world_.mono() > MonoTime{} + kWorkEnds) return;
  for (size_t number = 0; number < boxes_.size(); ++number)
    backups_.emplace_back(number, boxes_[number]->disk());
  for (const auto& relay : relays_) relay_backups_.push_back(relay->disk());
  world_.after(kBackupEvery, [this] { take_backups(); });
}

void Plant::see_to_parked() {
  if (world_.mono() > MonoTime{} + kDecisionsEnd) return;
  for (const auto& box : boxes_) box->see_to_parked();
  world_.after(kDecideEvery, [this] { see_to_parked(); });
}

void Plant::strike(const Fault& fault) {
  auto& box = *boxes_[fault.pick % boxes_.size()];
  auto& relay = *relays_[fault.pick % relays_.size()];
  const bool at_box = fault.kind <= FaultKind::box_cloned;
  ledger_.fault();
  const auto state = at_box ? box.condition() : relay.condition();
  ++result_.met[{fault.kind, state}];
  world_.tell("FAULT {} ({}, {}), {} ms", to_string(fault.kind), at_box ? box.name() : relay.name(), state,
              fault.lasts.count());
  if (at_box) return strike_box(fault, box);
  if (fault.kind >= FaultKind::relay_dies && fault.kind <= FaultKind::sink_detaches)
    return strike_relay(fault, relay);
  switch (fault.kind) {
    case FaultKind::broker_restarts_empty:
      return broker_.restart(fault.lasts);
    case FaultKind::sink_throttles:
      return bus_.throttle_for(fault.lasts);
    case FaultKind::sink_disabled:
      return bus_.disable_for(fault.lasts);
    case FaultKind::sink_retries:
      return bus_.retry_for(fault.lasts);
    case FaultKind::sink_loses_answers:
      return bus_.lose_answers_for(fault.lasts);
    default:
      world_.weather = {static_cast<unsigned>(fault.pick >> 8U) % 300,
                        static_cast<unsigned>(fault.pick >> 20U) % 300,
                        Millis{static_cast<int64_t>(5 + (fault.pick >> 32U) % 1'500)}};
      world_.after(fault.lasts, [this] { world_.weather = {}; });
  }
}

void Plant::strike_box(const Fault& fault, Box& box) {
  const auto number = static_cast<size_t>(
      std::ranges::find(boxes_, &box, [](const auto& each) { return each.get(); }) - boxes_.begin());
  switch (fault.kind) {
    case FaultKind::box_dies:
      return box.die_for(fault.lasts);
    case FaultKind::box_freezes:
      return box.freeze_for(fault.lasts);
    case FaultKind::box_disk_fails:
      return box.fail_disk_for(fault.lasts);
    case FaultKind::box_link_cut:
      return box.cut_link_for(fault.lasts);
    case FaultKind::box_clock_jumps: {
      // Far off and known to be, or near enough to be believed.
      const bool far = fault.pick % 3 != 0;
      const auto ahead = Millis{static_cast<int64_t>(fault.pick >> 16U) % (far ? 4'000'000'000 : 2'000)};
      return box.set_clock(fault.pick % 2 == 0 ? ahead : -ahead,
                           far ? ClockState::untrusted : ClockState::holdover);
    }
    case FaultKind::box_restored: {
      std::vector<const LogModel*> mine;
      for (const auto& [of, backup] : backups_) {
        if (of == number) mine.push_back(&backup);
      }
      if (!mine.empty()) box.restore(*mine[(fault.pick >> 8U) % mine.size()]);
      return;
    }
    default:
      if (boxes_.size() < kMostBoxes + kMostClones) add_box(box.name(), box.disk());
  }
}

void Plant::strike_relay(const Fault& fault, Relay& relay) {
  switch (fault.kind) {
    case FaultKind::relay_dies:
      return relay.die_for(fault.lasts);
    case FaultKind::relay_freezes:
      return relay.freeze_for(fault.lasts);
    case FaultKind::relay_disk_fails:
      return relay.fail_disk_for(fault.lasts);
    case FaultKind::relay_link_cut:
      return relay.cut_link_for(fault.lasts);
    case FaultKind::relay_forgets:
      return relay.replace_disk({}, fault.lasts);
    case FaultKind::relay_restored:
      if (!relay_backups_.empty())
        relay.replace_disk(relay_backups_[(fault.pick >> 8U) % relay_backups_.size()], fault.lasts);
      return;
    case FaultKind::relay_distrusts:
      return relay.distrust_for(fault.lasts);
    case FaultKind::second_relay:
      if (relays_.size() < 2) add_relay();
      return;
    default:
      return relay.detach_sink_for(fault.lasts);
  }
}

void Plant::heal() {
  world_.tell("the faults are over");
  world_.weather = {};
  for (const auto& box : boxes_) box->start();
  for (const auto& relay : relays_) relay->start();
}

bool Plant::drained() const {
  return std::ranges::all_of(boxes_, [](const auto& box) { return box->drained(); });
}

}  // namespace millrace::simulation
