#include "tests/simulation/campaign.hpp"

#include <algorithm>
#include <atomic>
#include <mutex>
#include <thread>

namespace millrace::simulation {
namespace {

uint64_t median(std::vector<uint64_t> values) {
  if (values.empty()) return 0;
  std::ranges::sort(values);
  return values[values.size() / 2];
}

}  // namespace

Report run(const Campaign& campaign) {
  Report report;
  std::vector<uint64_t> faults;
  std::mutex guard;
  std::atomic<uint64_t> next{campaign.first};
  const auto begun = std::chrono::steady_clock::now();
  const auto work = [&] {
    for (auto seed = next++; seed < campaign.first + campaign.schedules; seed = next++) {
      const auto plan = Plan::from(seed, campaign.bug);
      const auto result = run(plan, false);
      const std::scoped_lock lock(guard);
      ++report.schedules;
      report.records += result.records;
      report.arrived += result.arrived;
      report.doubled += result.doubled;
      report.parked += result.parked;
      report.streams_left += result.streams_left;
      report.longest_drain = std::max(report.longest_drain, result.drained_after);
      faults.push_back(plan.faults.size());
      for (const auto& [what, count] : result.met) report.met[what] += count;
      if (!result.violation.empty()) {
        report.failing[seed] = result.violation.substr(0, result.violation.find(':'));
      }
    }
  };
  std::vector<std::jthread> workers;
  workers.reserve(campaign.threads);
  for (unsigned number = 0; number < campaign.threads; ++number) workers.emplace_back(work);
  workers.clear();
  report.took = std::chrono::steady_clock::now() - begun;
  report.median_faults = median(std::move(faults));
  return report;
}

uint64_t median_to_catch(const Campaign& campaign, const Report& report) {
  std::vector<uint64_t> gaps;
  auto before = campaign.first - 1;
  for (const auto& [seed, invariant] : report.failing) {
    gaps.push_back(seed - before);
    before = seed;
  }
  return median(std::move(gaps));
}

}  // namespace millrace::simulation
