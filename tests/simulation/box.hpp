// A plant box: operators hand in, the disk keeps, the real Sender decides what is published.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>

#include "core/delivery/sender.hpp"
#include "tests/simulation/broker.hpp"
#include "tests/simulation/ledger.hpp"
#include "tests/simulation/log_model.hpp"
#include "tests/simulation/process.hpp"

namespace millrace::simulation {

class Box final : public Process {
 public:
  /// `number` tells a box from its clone, which has the same name.
  Box(World& world, Ledger& ledger, Broker& broker, uint32_t number, std::string name,
      delivery::SenderLimits limits, LogModel disk);

  /// An operator hands in, and asks again under the same key until the box answers.
  /// `kiosk_ahead` is how far the clock of the kiosk is, whose time stands in the submission's key.
  void hand_in(uint64_t submission, uint32_t session, bool poison, bool notice_poison, Millis kiosk_ahead);
  /// A person looks at what is parked, and replays or discards some of it.
  void see_to_parked();

  // What comes over the broker.
  Connection connection() const { return connection_; }
  void lost(Connection connection);
  void acknowledged(Connection connection, uint64_t sequence);
  void hear(Connection connection, const delivery::Receipt& receipt);
  void hear(Connection connection, const RelaySays& state);

  // Faults beside those of every process.
  void cut_link_for(Millis time);
  void set_clock(Millis ahead, ClockState state) {
    clock_ahead_ = ahead;
    clock_state_ = state;
  }
  /// The disk is replaced by an earlier state of it; what only this one had is lost.
  void restore(const LogModel& backup);
  const LogModel& disk() const { return disk_; }

  bool drained() const;
  /// In which state a fault met it.
  std::string_view condition() const;
  uint64_t streams_left() const { return streams_left_; }

 private:
  void on_start() override;
  void on_death() override;
  void try_connect();
  void ask(const Draft& draft);
  void answered(const Draft& draft);
  void settle(const delivery::Sender::Settle& settle);
  void act(const delivery::Sender::Verdict& verdict);
  void leave_stream();
  void pump();
  void arm();
  delivery::Sender fresh_sender();
  void tell_aside();

  uint32_t number_;
  Ledger& ledger_;
  Broker& broker_;
  delivery::SenderLimits limits_;
  LogModel disk_;
  LogModel synced_;  // what a power cut leaves, when the bug is that commits are not synced
  delivery::Sender sender_;
  std::set<uint64_t> unanswered_;  // submissions
  Connection connection_ = 0;
  MonoTime link_cut_until_;
  Millis clock_ahead_{0};
  ClockState clock_state_ = ClockState::synced;
  std::optional<MonoTime> armed_;
  bool settling_ = false;
  bool leaving_ = false;
  uint64_t streams_left_ = 0;
};

}  // namespace millrace::simulation
