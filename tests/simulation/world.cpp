#include "tests/simulation/world.hpp"

namespace millrace::simulation {

void World::carry(const std::function<void()>& deliver) {
  if (random.chance(weather.lost)) return;
  after(random.between(Millis{1}, weather.most_delay), deliver);
  if (random.chance(weather.doubled)) after(random.between(Millis{1}, weather.most_delay), deliver);
}

bool World::run_until(MonoTime end, const std::function<bool()>& done) {
  while (!done()) {
    if (due_.empty() || due_.front().at > end) {
      now_ = end;
      return false;
    }
    std::ranges::pop_heap(due_, Due::later);
    const auto next = std::move(due_.back());
    due_.pop_back();
    now_ = next.at;
    next.what();
  }
  return true;
}

}  // namespace millrace::simulation
