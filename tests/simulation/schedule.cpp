#include "tests/simulation/schedule.hpp"

#include <algorithm>
#include <tuple>

#include "tests/simulation/plant.hpp"

namespace millrace::simulation {
namespace {

constexpr uint64_t kLeastFaults = 2;
constexpr uint64_t kMoreFaults = 14;
constexpr Millis kLastFault{25'000};
constexpr Millis kShortest{50};
constexpr Millis kShort{2'000};
constexpr Millis kLong{40'000};

constexpr std::array<std::string_view, kFaultKinds> kNames{
    "box dies",           "box freezes",      "box's disk fails",   "box's link cut", "box's clock jumps",
    "box restored",       "box cloned",       "broker comes empty", "relay dies",     "relay freezes",
    "relay's disk fails", "relay's link cut", "relay forgets",      "relay restored", "relay distrusts",
    "second relay",       "sink detaches",    "sink throttles",     "sink disabled",  "sink retries",
    "answers get lost",   "network storm"};

constexpr std::array<std::string_view, delivery::kPlantedBugs + 1> kBugs{"none",
                                                                         "deletes on PUBACK",
                                                                         "no sync",
                                                                         "answers before commit",
                                                                         "no submission key",
                                                                         "I/O error ignored",
                                                                         "receipt before cursor",
                                                                         "two in flight",
                                                                         "retry overtakes",
                                                                         "parks on busy",
                                                                         "doubt is success",
                                                                         "sequence reused",
                                                                         "timer missing",
                                                                         "PUBACKs trusted",
                                                                         "starts anywhere",
                                                                         "duplicates unmarked"};

}  // namespace

std::string_view to_string(FaultKind kind) {
  return kNames.at(static_cast<size_t>(kind));
}

Plan Plan::from(uint64_t seed, delivery::Planted bug) {
  Random random(seed);
  Plan plan{seed, {}, bug};
  const auto count = kLeastFaults + random.below(kMoreFaults + 1);
  for (uint64_t left = count; left > 0; --left) {
    Fault fault;
    fault.kind = static_cast<FaultKind>(random.below(kFaultKinds));
    fault.at = random.between(Millis{0}, kLastFault);
    fault.lasts = random.between(kShortest, random.chance(750) ? kShort : kLong);
    fault.pick = random.next();
    plan.faults.push_back(fault);
  }
  std::ranges::sort(plan.faults, {}, [](const Fault& fault) { return std::tuple(fault.at, fault.pick); });
  return plan;
}

Plan Plan::small_from(uint64_t seed, delivery::Planted bug) {
  constexpr FaultKind kKnownToTheModel[] = {
      FaultKind::box_dies,         FaultKind::box_freezes,        FaultKind::box_disk_fails,
      FaultKind::box_link_cut,     FaultKind::relay_dies,         FaultKind::relay_freezes,
      FaultKind::relay_disk_fails, FaultKind::relay_link_cut,     FaultKind::relay_forgets,
      FaultKind::sink_detaches,    FaultKind::sink_loses_answers, FaultKind::broker_restarts_empty,
      FaultKind::network_storm};
  constexpr Millis kWorkOfSmallPlant{6'000};
  auto plan = from(seed, bug);
  plan.small = true;
  for (auto& fault : plan.faults) {
    fault.kind = kKnownToTheModel[fault.pick % std::size(kKnownToTheModel)];
    fault.at = fault.at % kWorkOfSmallPlant;
    fault.lasts = std::min(fault.lasts, kShort);
  }
  std::ranges::sort(plan.faults, {}, [](const Fault& fault) { return std::tuple(fault.at, fault.pick); });
  return plan;
}

RunResult run(const Plan& plan, bool with_story) {
  delivery::planted_bug = plan.bug;
  return Plant(plan, with_story).run();
}

Plan shortest(const Plan& failing) {
  auto plan = failing;
  for (bool shorter = true; shorter;) {
    shorter = false;
    for (size_t at = plan.faults.size(); at-- > 0;) {
      auto without = plan;
      without.faults.erase(without.faults.begin() + static_cast<std::ptrdiff_t>(at));
      if (run(without, false).violation.empty()) continue;
      plan = std::move(without);
      shorter = true;
    }
  }
  return plan;
}

}  // namespace millrace::simulation

std::string_view millrace::delivery::to_string(Planted bug) {
  return simulation::kBugs.at(static_cast<size_t>(bug));
}
