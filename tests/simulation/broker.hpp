// The plant's MQTT broker, which may forget everything at any time.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "core/delivery/inbound.hpp"
#include "core/delivery/sender.hpp"
#include "tests/simulation/world.hpp"

namespace millrace::simulation {

class Box;
class Relay;

struct RelaySays {
  bool online = false;
  std::string instance;
};

/// One connection of one client; a new one has a new number. The broker may have forgotten it long before the
/// client notices.
using Connection = uint64_t;

class Broker {
 public:
  explicit Broker(World& world) : world_(world) {}
  void add(Box& box) { boxes_.push_back(&box); }
  void add(Relay& relay) { relays_.push_back(&relay); }

  bool up() const { return up_; }
  /// Gone for a while; what it held is lost.
  void restart(Millis down_for);

  /// Nothing when it cannot be reached.
  std::optional<Connection> connect(Box& box);
  std::optional<Connection> connect(Relay& relay);
  /// The broker notices that the client is gone.
  void forget(Connection connection) { open_.erase(connection); }

  void publish(Connection from, const std::string& box, delivery::RecordPtr record);
  void publish(Connection from, const std::string& box, const delivery::Receipt& receipt);
  void publish(Connection from, const std::string& relay, const RelaySays& state);

 private:
  bool holds(Connection connection) const { return up_ && open_.contains(connection); }

  World& world_;
  bool up_ = true;
  Connection last_ = 0;
  std::set<Connection> open_;
  std::vector<Box*> boxes_;
  std::vector<Relay*> relays_;
  std::map<std::string, delivery::Receipt> receipts_;  // retained, by the box's name
  std::map<std::string, RelaySays> states_;            // retained, by the relay's name
};

}  // namespace millrace::simulation
