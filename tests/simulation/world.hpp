// Time, chance and the network of one schedule.
#pragma once

#include <algorithm>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include <fmt/format.h>

#include "core/base/clock.hpp"
#include "tests/simulation/random.hpp"

namespace millrace::simulation {

/// How the network treats messages while a fault is on; without one it only takes a moment.
struct Weather {
  unsigned lost = 0;     ///< per mille
  unsigned doubled = 0;  ///< per mille
  Millis most_delay{5};
};

/// Runs what is due, one thing at a time, in an order that depends on nothing but the seed. One thread.
class World {
 public:
  World(uint64_t seed, bool with_story) : random(seed), with_story_(with_story) {}
  World(const World&) = delete;
  World& operator=(const World&) = delete;

  Random random;
  Weather weather;

  MonoTime mono() const { return now_; }
  WallTime wall() const { return kStart + (now_ - MonoTime{}); }

  void after(Millis delay, std::function<void()> what) {
    due_.push_back({now_ + delay, ++number_, std::move(what)});
    std::ranges::push_heap(due_, Due::later);
  }
  /// A message from the broker on its way: it may be lost (the broker's queues are bounded), doubled and
  /// overtaken, as the weather is.
  void carry(const std::function<void()>& deliver);
  /// A message to the broker: while a connection lives MQTT loses none, nor its PUBACK.
  void hand_over(std::function<void()> deliver) {
    after(random.between(Millis{1}, weather.most_delay), std::move(deliver));
  }
  /// Runs everything that is due up to `end`, or until `done`. False when `end` came first.
  bool run_until(MonoTime end, const std::function<bool()>& done);

  /// A line of the story, kept only when somebody wants to read it.
  template <class... T>
  void tell(fmt::format_string<T...> text, T&&... values) {
    if (!with_story_) return;
    story_.push_back(fmt::format("{:>9.3f} s  {}", static_cast<double>((now_ - MonoTime{}).count()) / 1000,
                                 fmt::format(text, std::forward<T>(values)...)));
  }
  const std::vector<std::string>& story() const { return story_; }

  /// A step of the protocol, as the model names it (tests/model/delivery.pml); kept with the story.
  void did(std::string_view action, uint64_t first = 0, uint64_t second = 0) {
    if (with_story_) steps_.push_back(fmt::format("{} {} {}", action, first, second));
  }
  const std::vector<std::string>& steps() const { return steps_; }

 private:
  static constexpr WallTime kStart{std::chrono::sys_days{std::chrono::year{2026} / 1 / 5}};
  struct Due {
    MonoTime at;
    uint64_t number;
    std::function<void()> what;
    static bool later(const Due& one, const Due& other) {
      return std::tie(one.at, one.number) > std::tie(other.at, other.number);
    }
  };

  std::vector<Due> due_;  // a heap, the next one in front
  MonoTime now_;
  uint64_t number_ = 0;
  bool with_story_;
  std::vector<std::string> story_;
  std::vector<std::string> steps_;
};

}  // namespace millrace::simulation
