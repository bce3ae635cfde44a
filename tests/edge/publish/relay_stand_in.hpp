// A relay without a Service Bus, whose answers a test scripts.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "core/delivery/evidence.hpp"
#include "core/mqtt/client.hpp"
#include "proto/mqtt_mapping.hpp"
#include "tests/support/loop.hpp"

#include "millrace/delivery/v1/delivery.pb.h"

namespace millrace::edge {

/// Takes events of one box in order, checks chain and signature, and answers each with a receipt that settles
/// all it has taken: as a relay whose Service Bus accepts everything at once. On the test's loop.
class RelayStandIn {
 public:
  using Receipt = millrace::delivery::v1::Receipt;

  RelayStandIn(test::Loop& loop, uint16_t port, const PublicKey& key, std::string instance);

  /// Waits until it is connected and has said that it is online.
  bool start();
  void say(bool online, bool sink_connected);
  /// The receipt that tells what it knows.
  Receipt receipt() const;
  void send(const Receipt& receipt);

  /// What to do instead of sending the receipt for an event.
  std::function<void(const Receipt&)> answer;
  /// Events taken, each once, in order.
  const std::vector<delivery::Event>& taken() const { return taken_; }
  uint64_t arrivals() const { return arrivals_; }  ///< with those that came again
  uint64_t connections() const { return connections_; }
  const std::vector<mqtt::Message>& box_states() const { return box_states_; }
  /// What does not fit the protocol; must stay empty.
  const std::vector<std::string>& complaints() const { return complaints_; }

 private:
  void arrived(const mqtt::Message& message);

  test::Loop& loop_;
  PublicKey key_;
  std::string instance_;
  std::vector<delivery::Event> taken_;
  std::vector<mqtt::Message> box_states_;
  std::vector<std::string> complaints_;
  Uuid stream_;
  uint64_t through_ = 0;
  delivery::Hash hash_{};
  bool positioned_ = false;
  uint64_t base_seen_ = 0;
  uint64_t arrivals_ = 0;
  uint64_t connections_ = 0;
  std::unique_ptr<mqtt::Client> client_;
};

}  // namespace millrace::edge
