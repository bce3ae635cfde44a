#include "relay/intake/broker_link.hpp"

#include <utility>

#include <fmt/format.h>

#include "core/base/log.hpp"

namespace millrace::relay {

struct BrokerLink::State {
  mqtt::Message status_message(const std::string& site, bool online) const {
    auto status = handlers.status();
    status.online = online;
    mqtt::Message message;
    message.topic = relay_state_topic(site, relay_name);
    message.payload = relay_state_message(status);
    message.content_type = "application/protobuf";
    message.retained = true;
    return message;
  }

  /// MQTT allows one will for each connection: with several sites on one broker the others learn of a crash
  /// only from the next start, which costs them a banner and nothing else (no decision rests on `online`).
  std::optional<mqtt::Message> will() const {
    const auto sites = handlers.sites();
    if (sites.empty()) return std::nullopt;
    return status_message(*sites.begin(), false);
  }

  void publish_status(bool online) {
    for (const auto& site : handlers.sites()) {
      client->publish(status_message(site, online), [name = name](const Result<>& taken) {
        if (!taken)
          log::warn("relay.state_not_published", {{"broker", name}, {"reason", taken.error().message}});
      });
    }
  }

  std::string relay_name;
  std::string name;
  Handlers handlers;
  std::unique_ptr<mqtt::Client> client;
};

BrokerLink::BrokerLink(boost::asio::any_io_executor loop, mqtt::Options options, std::string relay_name,
                       Handlers handlers)
    : state_(std::make_shared<State>()) {
  auto& self = *state_;
  self.relay_name = std::move(relay_name);
  self.name = fmt::format("{}:{}", options.host, options.port);
  self.handlers = std::move(handlers);
  // The client calls no handler after its end, which is the state's.
  self.client = std::make_unique<mqtt::Client>(
      std::move(loop), std::move(options),
      mqtt::Client::Handlers{
          .on_connected =
              [&self](uint64_t connection) {
                log::info("relay.broker_connected", {{"broker", self.name}, {"connection", connection}});
                self.publish_status(true);
                self.handlers.on_link(true, {});
              },
          .on_disconnected =
              [&self](const std::string& reason) {
                log::warn("relay.broker_disconnected", {{"broker", self.name}, {"reason", reason}});
                self.handlers.on_link(false, reason);
              },
          .on_attempt_failed =
              [&self](const std::string& reason) {
                log::warn("relay.broker_unreachable", {{"broker", self.name}, {"reason", reason}});
                self.handlers.on_link(false, reason);
              },
          .make_will = [&self](uint64_t) { return self.will(); },
      });
  self.client->subscribe(std::string(kEventFilter),
                         [&self](const mqtt::Message& message) { self.handlers.on_event(message); });
}

BrokerLink::~BrokerLink() = default;

void BrokerLink::start() {
  state_->client->start();
}

boost::asio::awaitable<void> BrokerLink::stop() {
  const auto self = state_;
  if (self->client->connected()) self->publish_status(false);
  co_await self->client->stop();
}

void BrokerLink::publish_receipt(const Box& box, Bytes receipt, std::function<void(bool)> done) {
  mqtt::Message message;
  message.topic = receipt_topic(box);
  message.payload = std::move(receipt);
  message.content_type = "application/protobuf";
  message.retained = true;
  state_->client->publish(std::move(message),
                          [done = std::move(done)](const Result<>& taken) { done(taken.has_value()); });
}

void BrokerLink::publish_status() {
  if (state_->client->connected()) state_->publish_status(true);
}

bool BrokerLink::connected() const {
  return state_->client->connected();
}

const std::string& BrokerLink::name() const {
  return state_->name;
}

uint64_t BrokerLink::dropped() const {
  return state_->client->dropped();
}

}  // namespace millrace::relay
