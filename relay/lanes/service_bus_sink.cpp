#include "relay/lanes/service_bus_sink.hpp"

#include <set>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "core/base/log.hpp"
#include "proto/event_types.hpp"
#include "relay/lanes/routing.hpp"

namespace millrace::relay {
namespace {

delivery::Outcome outcome_of(servicebus::Outcome from) {
  using From = servicebus::Outcome::Kind;
  using To = delivery::Outcome::Kind;
  const auto kind = [&] {
    switch (from.kind) {
      case From::accepted:
        return To::accepted;
      case From::transient_message:
        return To::retry_message;
      case From::entity_trouble:
        return To::sink_trouble;
      case From::permanent_message:
        return To::refused;
      case From::in_doubt:
        return To::in_doubt;
    }
    return To::in_doubt;
  }();
  return {kind, std::move(from.reason), from.retry_after};
}

servicebus::OutgoingMessage message_of(Outbound outbound) {
  auto& from = outbound.message;
  servicebus::OutgoingMessage to;
  to.message_id = std::move(from.message_id);
  to.session_id = std::move(from.group_id);
  to.subject = std::move(from.subject);
  to.correlation_id = std::move(from.correlation_id);
  to.content_type = std::move(from.content_type);
  for (auto& [name, value] : from.application_properties) {
    to.application_properties.emplace_back(name, std::move(value));
  }
  if (outbound.possible_duplicate) {
    to.application_properties.emplace_back(std::string(kPossibleDuplicateProperty), true);
  }
  to.body = std::move(from.body);
  return to;
}

}  // namespace

std::vector<std::string> sink_entities(const std::string& events_topic) {
  std::set<std::string> queues;
  for (const auto& type : proto::event_types()) {
    if (type.is_command()) queues.insert(fmt::format("{}{}", kCommandQueuePrefix, type.service));
  }
  std::vector<std::string> entities{events_topic};
  entities.insert(entities.end(), queues.begin(), queues.end());
  return entities;
}

ServiceBusSink::ServiceBusSink(boost::asio::any_io_executor loop, Options options, const Clock& clock)
    : options_(std::move(options)) {
  servicebus::Client::Options to{
      .endpoint = options_.endpoint,
      .audience = options_.audience,
      .credential = options_.credential,
      .entities = sink_entities(options_.events_topic),
      .container_id = fmt::format("millrace-relay-{}", options_.relay_name),
  };
  client_ = std::make_unique<servicebus::Client>(
      std::move(loop), std::move(to), clock,
      servicebus::Client::Events{
          .on_up =
              [this] {
                if (!std::exchange(told_, true)) {
                  log::info(
                      "relay.entities_open",
                      {{"entities", fmt::format("{}", fmt::join(sink_entities(options_.events_topic), ","))},
                       {"not_checked",
                        "sessions, duplicate detection and its window: AMQP does not show "
                        "them to a sender"}});
                }
                if (handlers_.on_up) handlers_.on_up();
              },
          .on_down =
              [this](std::string reason) {
                if (handlers_.on_down) handlers_.on_down(std::move(reason));
              },
      });
}

ServiceBusSink::~ServiceBusSink() = default;

void ServiceBusSink::start(Handlers handlers) {
  handlers_ = std::move(handlers);
  client_->start();
}

void ServiceBusSink::send(Outbound outbound, Done done) {
  const auto entity = outbound.entity;
  client_->send(
      entity, message_of(std::move(outbound)),
      [done = std::move(done)](servicebus::Outcome outcome) { done(outcome_of(std::move(outcome))); });
}

boost::asio::awaitable<void> ServiceBusSink::stop() {
  handlers_ = {};
  client_->stop();
  co_return;
}

}  // namespace millrace::relay
