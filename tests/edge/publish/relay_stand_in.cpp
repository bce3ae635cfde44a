#include "relay_stand_in.hpp"

#include <fmt/format.h>

namespace millrace::edge {
namespace {

std::string raw(BytesView bytes) {
  return std::string(as_text(bytes));
}

}  // namespace

RelayStandIn::RelayStandIn(test::Loop& loop, uint16_t port, const PublicKey& key, std::string instance)
    : loop_(loop), key_(key), instance_(std::move(instance)) {
  answer = [this](const Receipt& receipt) { send(receipt); };
  mqtt::Options options;
  options.host = "127.0.0.1";
  options.port = port;
  options.client_id = "relay-" + instance_;
  options.reconnect_first = Millis{50};
  options.reconnect_most = Millis{200};
  client_ = std::make_unique<mqtt::Client>(loop.executor(), options,
                                           mqtt::Client::Handlers{.on_connected =
                                                                      [this](uint64_t connection) {
                                                                        connections_ = connection;
                                                                        say(true, true);
                                                                      },
                                                                  .on_disconnected = {},
                                                                  .on_attempt_failed = {},
                                                                  .make_will = {}});
  client_->subscribe("millrace/v1/demo/box-1/evt/#",
                     [this](const mqtt::Message& message) { arrived(message); });
  client_->subscribe("millrace/v1/demo/box-1/state",
                     [this](const mqtt::Message& message) { box_states_.push_back(message); });
}

bool RelayStandIn::start() {
  client_->start();
  return loop_.until([this] { return connections_ > 0; });
}

void RelayStandIn::say(bool online, bool sink_connected) {
  delivery::v1::RelayState state;
  state.set_online(online);
  state.set_instance_id(instance_);
  state.set_sink(sink_connected ? delivery::v1::SINK_STATE_CONNECTED : delivery::v1::SINK_STATE_PAUSED);
  const auto bytes = state.SerializeAsString();
  client_->publish({.topic = "millrace/v1/demo/relay/stand-in/state",
                    .payload = Bytes(bytes.begin(), bytes.end()),
                    .content_type = "application/protobuf",
                    .user_properties = {},
                    .retained = true},
                   {});
}

RelayStandIn::Receipt RelayStandIn::receipt() const {
  Receipt receipt;
  receipt.set_stream_id(raw(stream_.bytes));
  receipt.set_settled_through(through_);
  if (positioned_) receipt.set_settled_hash(raw(hash_));
  receipt.set_base_seen(base_seen_);
  receipt.set_relay_instance(instance_);
  return receipt;
}

void RelayStandIn::send(const Receipt& receipt) {
  const auto bytes = receipt.SerializeAsString();
  client_->publish({.topic = "millrace/v1/demo/box-1/receipt",
                    .payload = Bytes(bytes.begin(), bytes.end()),
                    .content_type = "application/protobuf",
                    .user_properties = {},
                    .retained = true},
                   {});
}

void RelayStandIn::arrived(const mqtt::Message& message) {
  ++arrivals_;
  const auto mapped =
      proto::from_mqtt({message.topic, message.content_type, message.user_properties, message.payload});
  if (!mapped) return complaints_.push_back(mapped.error().message);
  const auto evidence = delivery::read_evidence(mapped->event);
  if (!evidence) return complaints_.push_back(evidence.error().message);
  if (!delivery::signature_holds(*evidence, key_)) return complaints_.push_back("bad signature");
  const auto n = evidence->sequence;
  if (evidence->stream_id != stream_) {
    stream_ = evidence->stream_id;
    positioned_ = false;
    through_ = base_seen_ = 0;
  }
  if (mapped->base > n) complaints_.push_back(fmt::format("base {} in record {}", mapped->base, n));
  // Not known, or behind: a position comes only from a record whose base is its own sequence.
  const bool starts = !positioned_ || n > through_ + 1;
  if (starts && mapped->base != n) return;
  if (!starts && n == through_ + 1 && evidence->prevhash != hash_) {
    return complaints_.push_back(fmt::format("record {} does not fit the chain", n));
  }
  base_seen_ = std::max(base_seen_, mapped->base);
  if (starts || n == through_ + 1) {
    positioned_ = true;
    through_ = n;
    hash_ = evidence->hash;
    taken_.push_back(mapped->event);
  }
  answer(receipt());
}

}  // namespace millrace::edge
