#include "emulator/protocol/amqp_server.hpp"

#include <utility>

#include "core/base/log.hpp"
#include "emulator/protocol/client.hpp"

namespace millrace::bus {

void AmqpServer::take(std::unique_ptr<net::Wire> wire) {
  const auto context = std::make_shared<ClientContext>(ClientContext{parts_, {}});
  const auto client = std::make_shared<Client>(context, management_);
  amqp::Connection::Events events;
  events.on_link = [client](const amqp::LinkPtr& link) { client->attached(link); };
  events.on_close = [this, client](const amqp::Condition& why) {
    client->gone();
    std::erase_if(connections_, [](const auto& connection) { return connection->is_closed(); });
    parts_.metrics.connections.set(static_cast<double>(connections_.size()));
    if (why) log::debug("bus.client_gone", {{"condition", why.name}, {"text", why.description}});
  };
  amqp::ConnectionOptions options;
  options.container_id = "millrace-bus";
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
  connections_.insert(connection);
  parts_.metrics.connections.set(static_cast<double>(connections_.size()));
}

void AmqpServer::stop() {
  const auto open = connections_;
  for (const auto& connection : open)
    connection->close({"amqp:connection:forced", "The bus is stopping.", {}});
}

}  // namespace millrace::bus
