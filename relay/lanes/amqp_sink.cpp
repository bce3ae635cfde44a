#include "relay/lanes/amqp_sink.hpp"

#include <set>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "core/base/log.hpp"
#include "proto/event_types.hpp"
#include "relay/lanes/routing.hpp"

namespace millrace::relay {

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

namespace {

servicebus::OutgoingMessage message_of(Outbound outbound, bool durable) {
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
  to.durable = durable;
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

AmqpSink::AmqpSink(boost::asio::any_io_executor loop, Options options, const Clock& clock)
    : options_(std::move(options)) {
  auto& to = options_.client;
  for (const auto& entity : sink_entities(options_.events))
    to.entities.push_back(options_.address_prefix + entity);
  to.container_id = fmt::format("millrace-relay-{}", options_.relay_name);
  client_ = std::make_unique<servicebus::Client>(
      std::move(loop), to, clock,
      servicebus::Client::Events{
          .on_up =
              [this] {
                if (!std::exchange(told_, true)) {
                  log::info("relay.entities_open",
                            {{"entities", fmt::format("{}", fmt::join(options_.client.entities, ","))},
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
          .on_trouble =
              [this](const servicebus::Trouble& trouble) {
                if (handlers_.on_trouble) handlers_.on_trouble(trouble);
              },
      });
}

AmqpSink::~AmqpSink() = default;

void AmqpSink::start(Handlers handlers) {
  handlers_ = std::move(handlers);
  client_->start();
}

void AmqpSink::send(Outbound outbound, Done done) {
  const auto entity = options_.address_prefix + outbound.entity;
  client_->send(
      entity, message_of(std::move(outbound), options_.durable),
      [done = std::move(done)](servicebus::Outcome outcome) { done(outcome_of(std::move(outcome))); });
}

boost::asio::awaitable<void> AmqpSink::stop() {
  handlers_ = {};
  client_->stop();
  co_return;
}

}  // namespace millrace::relay
