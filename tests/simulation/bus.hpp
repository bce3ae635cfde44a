// Service Bus as far as delivery rests on it: duplicate detection with its window, refusals, and its bad
// days.
#pragma once

#include <functional>
#include <map>
#include <string>

#include "core/delivery/lanes.hpp"
#include "tests/simulation/ledger.hpp"
#include "tests/simulation/world.hpp"

namespace millrace::simulation {

struct Message {
  TruthPtr truth;
  bool notice = false;
  bool marked = false;  ///< millrace_possible_duplicate
};

class Bus {
 public:
  using Answer = std::function<void(const delivery::Outcome&)>;
  Bus(World& world, Ledger& ledger, Millis duplicate_window)
      : world_(world), ledger_(ledger), window_(duplicate_window) {}

  /// The answer may never come, whether the message is kept or not.
  void send(const Message& message, Answer answer);

  // Faults.
  void throttle_for(Millis time) { throttled_until_ = world_.mono() + time; }
  void disable_for(Millis time) { disabled_until_ = world_.mono() + time; }
  void retry_for(Millis time) { retried_until_ = world_.mono() + time; }
  void lose_answers_for(Millis time) { silent_until_ = world_.mono() + time; }
  Millis duplicate_window() const { return window_; }

 private:
  delivery::Outcome take(const Message& message);

  World& world_;
  Ledger& ledger_;
  Millis window_;
  std::map<std::string, MonoTime> seen_;  // by MessageId
  MonoTime throttled_until_;
  MonoTime disabled_until_;
  MonoTime retried_until_;
  MonoTime silent_until_;
};

}  // namespace millrace::simulation
