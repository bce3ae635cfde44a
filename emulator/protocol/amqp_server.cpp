#include "emulator/protocol/amqp_server.hpp"

#include <utility>

#include <fmt/format.h>

#include "core/base/log.hpp"
#include "emulator/protocol/client.hpp"

namespace millrace::bus {
namespace {

constexpr auto kContainer = "millrace-bus";

void erase_closed(std::set<std::shared_ptr<amqp::Connection>>& connections) {
  std::erase_if(connections, [](const auto& connection) { return connection->is_closed(); });
}

}  // namespace

void AmqpServer::take(std::unique_ptr<net::Wire> wire) {
  if (connections_.size() >= limits_.connections) return refuse(std::move(wire));
  const auto context = std::make_shared<ClientContext>(ClientContext{parts_, {}});
  const auto client = std::make_shared<Client>(context, management_);
  amqp::Connection::Events events;
  events.on_link = [client](const amqp::LinkPtr& link) { client->attached(link); };
  events.on_close = [this, client](const amqp::Condition& why) {
    client->gone();
    erase_closed(connections_);
    parts_.metrics.connections.set(static_cast<double>(connections_.size()));
    if (why) log::debug("bus.client_gone", {{"condition", why.name}, {"text", why.description}});
  };
  amqp::ConnectionOptions options;
  options.container_id = kContainer;
  if (parts_.access.is_on()) {
    options.check_plain = [client](std::string_view user, std::string_view password) {
      return client->log_in(user, password);
    };
  }
  const auto connection = amqp::Connection::serve(parts_.loop.get_executor(), std::move(wire),
                                                  std::move(options), std::move(events));
  context->hang_up = [weak = std::weak_ptr(connection)](const std::optional<amqp::Condition>& why) {
    const auto open = weak.lock();
    if (open) why ? open->close(*why) : open->abort();
  };
  client->expect_claim(limits_.claim_time);
  connections_.insert(connection);
  parts_.metrics.connections.set(static_cast<double>(connections_.size()));
}

void AmqpServer::refuse(std::unique_ptr<net::Wire> wire) {
  log::warn("bus.connection_refused", {{"open", connections_.size()}});
  if (refusals_.size() >= kRefusalsMost) return;  // closing the wire is the answer
  amqp::Connection::Events events;
  events.on_close = [this](const amqp::Condition&) { erase_closed(refusals_); };
  amqp::ConnectionOptions options;
  options.container_id = kContainer;
  const auto connection = amqp::Connection::serve(parts_.loop.get_executor(), std::move(wire),
                                                  std::move(options), std::move(events));
  refusals_.insert(connection);
  connection->close({"amqp:resource-limit-exceeded",
                     fmt::format("The bus has {} AMQP connections, which is the most. Close one first.",
                                 connections_.size()),
                     {}});
}

void AmqpServer::stop() {
  const auto open = connections_;
  for (const auto& connection : open)
    connection->close({"amqp:connection:forced", "The bus is stopping.", {}});
}

}  // namespace millrace::bus
