// A relay: the real Receiver of each stream and the real Lanes, wired as relay/intake and relay/lanes wire
// them.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/delivery/lanes.hpp"
#include "core/delivery/receiver.hpp"
#include "tests/simulation/broker.hpp"
#include "tests/simulation/bus.hpp"
#include "tests/simulation/ledger.hpp"
#include "tests/simulation/process.hpp"

namespace millrace::simulation {

/// relay.db.
struct CursorsModel {
  struct Stored {
    std::string box;
    delivery::StreamCursor cursor;
  };
  std::map<Uuid, Stored> streams;
};

class Relay final : public Process {
 public:
  Relay(World& world, Ledger& ledger, Broker& broker, Bus& bus, std::string name,
        delivery::ReceiverLimits limits);

  Connection connection() const { return connection_; }
  void lost(Connection connection);
  void hear(Connection connection, const std::string& box, const delivery::RecordPtr& record);

  // Faults beside those of every process.
  void cut_link_for(Millis time);
  void detach_sink_for(Millis time);
  /// The administrator takes the boxes' keys away for a while.
  void distrust_for(Millis time) { trusts_from_ = world().mono() + time; }
  /// Dies, and comes back with other cursors: none, or old ones.
  void replace_disk(CursorsModel with, Millis down_for);
  const CursorsModel& disk() const { return disk_; }

  /// In which state a fault met it.
  std::string_view condition() const;

 private:
  struct Stream {
    Stream(delivery::StreamNumber as, std::string of, delivery::Receiver with)
        : number(as), box(std::move(of)), receiver(std::move(with)) {}
    delivery::StreamNumber number;
    std::string box;
    delivery::Receiver receiver;
    std::optional<MonoTime> armed;
    bool halted = false;
  };

  void on_start() override;
  void on_death() override;
  void try_connect();
  void look_around();
  void try_sink();
  void sink_lost();
  Stream& find_or_add(const std::string& box, const Uuid& id);
  void tend(Stream& stream);
  void publish(const Stream& stream, const delivery::Receiver::Report& report);
  void say_state();
  void pump_lanes();
  void make(const delivery::Lanes::Send& send);
  void answered(uint64_t sink, uint64_t id, const delivery::Outcome& outcome);
  void check_bounds();
  delivery::Lanes fresh_lanes();

  Ledger& ledger_;
  Broker& broker_;
  Bus& bus_;
  delivery::ReceiverLimits limits_;
  CursorsModel disk_;
  std::string instance_;
  uint64_t starts_ = 0;
  WallTime started_;
  delivery::Lanes lanes_;
  std::vector<std::unique_ptr<Stream>> streams_;  // by number
  std::map<Uuid, delivery::StreamNumber> numbers_;
  Connection connection_ = 0;
  MonoTime link_cut_until_;
  MonoTime sink_cut_until_;
  MonoTime trusts_from_;
  uint64_t sink_ = 0;  // the connection to the bus; 0: none
  uint64_t last_sink_ = 0;
  std::map<uint64_t, uint64_t> sends_;  // without an answer: by send, the sink it was made on
  std::optional<MonoTime> lanes_armed_;
};

}  // namespace millrace::simulation
