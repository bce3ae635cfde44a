// A plant box on a real broker: publishes records of a chain and remembers what the relay says.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/mqtt/client.hpp"
#include "millrace/delivery/v1/delivery.pb.h"
#include "proto/mqtt_mapping.hpp"
#include "tests/support/chain.hpp"
#include "tests/support/loop.hpp"

namespace millrace::relay {

/// Publishes what it is told to and nothing by itself. On the test's loop.
class FakeBox {
 public:
  using Receipt = millrace::delivery::v1::Receipt;
  using RelayState = millrace::delivery::v1::RelayState;

  FakeBox(test::Loop& loop, uint16_t port, std::string edge = "box-1")
      : edge_(std::move(edge)), client_(loop.executor(), options(port, edge_), {}) {
    client_.subscribe("millrace/v1/demo/" + edge_ + "/receipt", [this](const mqtt::Message& message) {
      Receipt receipt;
      if (receipt.ParseFromArray(message.payload.data(), static_cast<int>(message.payload.size()))) {
        receipts.push_back(receipt);
      }
    });
    client_.subscribe("millrace/v1/demo/relay/+/state", [this](const mqtt::Message& message) {
      RelayState state;
      if (state.ParseFromArray(message.payload.data(), static_cast<int>(message.payload.size()))) {
        states.push_back(state);
      }
    });
    client_.start();
  }

  bool connected() const { return client_.connected(); }
  void publish(const delivery::Event& event, uint64_t base = 1) {
    auto message = proto::to_mqtt(event, "demo", edge_, base);
    if (!message) throw std::logic_error(message.error().message);
    client_.publish(
        {message->topic, message->payload, message->content_type, message->user_properties, false},
        [](const Result<>&) {});
  }
  void publish(const delivery::testing::Chain& chain, uint64_t from, uint64_t to, uint64_t base = 1) {
    for (auto sequence = from; sequence <= to; ++sequence) publish(chain.event(sequence), base);
  }
  uint64_t settled_through() const { return receipts.empty() ? 0 : receipts.back().settled_through(); }

  std::vector<Receipt> receipts;
  std::vector<RelayState> states;

 private:
  static mqtt::Options options(uint16_t port, const std::string& edge) {
    mqtt::Options options;
    options.host = "127.0.0.1";
    options.port = port;
    options.client_id = "fake-" + edge;
    options.reconnect_first = Millis{50};
    options.reconnect_most = Millis{200};
    return options;
  }

  std::string edge_;
  mqtt::Client client_;
};

}  // namespace millrace::relay
