// Runs schedules, and tells the shortest story of one that fails.
//   millrace_simulation [--first N] [--schedules N] [--threads N]   many seeds, with a report; 0 if none
//   fails millrace_simulation --seed N [--bug NAME]                       one seed, with its story
//   millrace_simulation --trace --seed N [--bug NAME]               the steps of a small plant, for the model
//   millrace_simulation --bugs [--schedules N]                      each planted bug; 0 if all are caught
#include <algorithm>
#include <cstdio>
#include <thread>

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include "tests/simulation/campaign.hpp"

namespace {

using namespace millrace;
using namespace millrace::simulation;
using delivery::Planted;

int tell(const Plan& plan) {
  const auto result = run(plan, true);
  for (const auto& line : result.story) fmt::print("{}\n", line);
  if (result.violation.empty()) {
    fmt::print("seed {}: every invariant held, {} records, {} arrived\n", plan.seed, result.records,
               result.arrived);
    return 0;
  }
  fmt::print("seed {}: {}\n", plan.seed, result.violation);
  return 1;
}

/// The steps of a small plant, one a line: what the model has to be able to do as well.
int trace(const Plan& plan) {
  for (const auto& step : run(plan, true).steps) fmt::print("{}\n", step);
  return 0;
}

void print(const Report& report) {
  fmt::print("{} schedules in {:.1f} s, {:.0f} a minute\n", report.schedules, report.took.count(),
             static_cast<double>(report.schedules) / report.took.count() * 60);
  fmt::print("faults in the median schedule: {}\n", report.median_faults);
  fmt::print("records {}, arrived {}, came twice and marked {}, parked {}, streams left {}\n", report.records,
             report.arrived, report.doubled, report.parked, report.streams_left);
  fmt::print("longest drain after the faults: {:.1f} s\n",
             static_cast<double>(report.longest_drain.count()) / 1000);
  fmt::print("\n{:<20} {:<20} {:>9}\n", "fault", "met a part that was", "times");
  for (const auto& [what, count] : report.met) {
    fmt::print("{:<20} {:<20} {:>9}\n", to_string(what.first), what.second, count);
  }
}

int hunt(Campaign campaign) {
  fmt::print("{:<22} {:>7} {:>8}  {}\n", "planted bug", "caught", "median", "by");
  int missed = 0;
  for (uint8_t number = 1; number <= delivery::kPlantedBugs; ++number) {
    campaign.bug = static_cast<Planted>(number);
    const auto report = run(campaign);
    std::map<std::string, uint64_t> by;
    for (const auto& [seed, invariant] : report.failing) ++by[invariant];
    std::string checkers;
    for (const auto& [invariant, count] : by) checkers += fmt::format("{} {}  ", invariant, count);
    fmt::print("{:<22} {:>7} {:>8}  {}\n", to_string(campaign.bug), report.failing.size(),
               median_to_catch(campaign, report), checkers);
    if (report.failing.empty()) ++missed;
  }
  fmt::print("in {} schedules each; median: schedules from one catch to the next\n", campaign.schedules);
  if (missed > 0) fmt::print("NOT CAUGHT: {}\n", missed);
  return missed == 0 ? 0 : 1;
}

Planted bug_named(const std::string& name) {
  for (uint8_t number = 0; number <= delivery::kPlantedBugs; ++number) {
    if (to_string(static_cast<Planted>(number)) == name) return static_cast<Planted>(number);
  }
  throw CLI::ValidationError("--bug", fmt::format("there is no bug '{}'; --bugs lists them", name));
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app{"Random schedules of faults against the delivery protocol."};
  Campaign campaign;
  campaign.schedules = 1'000;
  campaign.threads = std::max(1U, std::thread::hardware_concurrency());
  uint64_t seed = 0;
  bool bugs = false;
  bool steps = false;
  std::string bug = "none";
  app.add_option("--first", campaign.first, "The first seed");
  app.add_option("--schedules", campaign.schedules, "How many");
  app.add_option("--threads", campaign.threads, "How many at once")->check(CLI::Range(1, 256));
  app.add_option("--seed", seed, "Run this one and tell its story");
  app.add_option("--bug", bug, "With --seed: plant this bug");
  app.add_flag("--trace", steps, "With --seed: print the steps of a small plant, as the model names them");
  app.add_flag("--bugs", bugs, "Plant each bug and see whether it is caught");
  try {
    app.parse(argc, argv);
    campaign.bug = bug_named(bug);
  } catch (const CLI::ParseError& error) {
    return app.exit(error);
  }
  if (seed != 0 && steps) return trace(Plan::small_from(seed, campaign.bug));
  if (seed != 0) return tell(Plan::from(seed, campaign.bug));
  if (bugs) return hunt(campaign);

  const auto report = run(campaign);
  print(report);
  if (report.failing.empty()) return 0;
  const auto& [first, invariant] = *report.failing.begin();
  fmt::print("\n{} schedules failed; the shortest story of seed {}, {}:\n", report.failing.size(), first,
             invariant);
  return tell(shortest(Plan::from(first, campaign.bug)));
}
