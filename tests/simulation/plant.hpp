// Everything of one schedule, put together.
#pragma once

#include <memory>
#include <vector>

#include "tests/simulation/box.hpp"
#include "tests/simulation/bus.hpp"
#include "tests/simulation/relay.hpp"
#include "tests/simulation/schedule.hpp"

namespace millrace::simulation {

class Plant {
 public:
  Plant(const Plan& plan, bool with_story);
  RunResult run();

 private:
  void add_box(const std::string& name, LogModel disk);
  void add_relay();
  void work();
  void take_backups();
  void see_to_parked();
  void strike(const Fault& fault);
  void strike_box(const Fault& fault, Box& box);
  void strike_relay(const Fault& fault, Relay& relay);
  void heal();
  bool drained() const;

  const Plan& plan_;
  World world_;
  Ledger ledger_;
  Broker broker_;
  Bus bus_;
  delivery::SenderLimits sender_limits_;
  delivery::ReceiverLimits receiver_limits_;
  std::vector<std::unique_ptr<Box>> boxes_;
  std::vector<std::unique_ptr<Relay>> relays_;
  std::vector<std::pair<size_t, LogModel>> backups_;  // by number of the box
  std::vector<CursorsModel> relay_backups_;
  unsigned poison_ = 0;         // per mille
  unsigned notice_poison_ = 0;  // per mille of the poisoned
  uint32_t operators_ = 1;
  Millis pace_{0};
  Millis kiosk_ahead_{0};
  uint64_t submissions_ = 0;
  RunResult result_;
};

}  // namespace millrace::simulation
