#include "emulator/protocol/amqp_server.hpp"

#include <utility>

#include "core/base/log.hpp"
#include "emulator/protocol/client.hpp"

namespace millrace::bus {

AmqpServer::AmqpServer(boost::asio::io_context& loop, DurableBroker& broker, BusMetrics metrics)
    : loop_(loop), broker_(broker), management_(broker), metrics_(metrics) {}

void AmqpServer::take(std::unique_ptr<net::Wire> wire) {
  connections_.insert(amqp::Connection::serve(loop_.get_executor(), std::move(wire),
                                              {.container_id = "millrace-bus", .hostname = {}},
                                              make_events()));
  metrics_.connections.set(static_cast<double>(connections_.size()));
}

amqp::Connection::Events AmqpServer::make_events() {
  const auto client = std::make_shared<Client>(loop_, broker_, management_, metrics_);
  amqp::Connection::Events events;
  events.on_link = [client](const amqp::LinkPtr& link) { client->attached(link); };
  events.on_close = [this](const amqp::Condition& why) {
    std::erase_if(connections_, [](const auto& connection) { return connection->is_closed(); });
    metrics_.connections.set(static_cast<double>(connections_.size()));
    if (why) log::debug("bus.client_gone", {{"condition", why.name}, {"text", why.description}});
  };
  return events;
}

void AmqpServer::stop() {
  const auto open = connections_;
  for (const auto& connection : open)
    connection->close({"amqp:connection:forced", "The bus is stopping.", {}});
}

}  // namespace millrace::bus
