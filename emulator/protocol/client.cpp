#include "emulator/protocol/client.hpp"

#include <fmt/format.h>

#include "emulator/protocol/address.hpp"
#include "emulator/protocol/conditions.hpp"
#include "emulator/protocol/incoming_link.hpp"
#include "emulator/protocol/outgoing_link.hpp"

namespace millrace::bus {
namespace {

/// The words by which clients tell a missing entity from other failures.
amqp::Condition not_found(const std::string& path) {
  return to_condition(
      {Reason::not_found, fmt::format("The messaging entity '{}' could not be found.", path)});
}

}  // namespace

Client::Client(boost::asio::io_context& loop, DurableBroker& broker, Management& management,
               BusMetrics metrics)
    : loop_(loop),
      broker_(broker),
      metrics_(metrics),
      requests_(std::make_shared<RequestNodes>(management)) {}

void Client::attached(const amqp::LinkPtr& link) {
  if (link->is_sender()) {
    attached_receiver(link);
  } else {
    attached_sender(link);
  }
}

void Client::attached_receiver(const amqp::LinkPtr& link) {
  const auto address = parse_address(link->remote_source());
  if (address.is_cbs) return requests_->serve_replies(link);
  auto* queue = broker_.queue(address.path);
  const bool is_topic = broker_.entities().is_topic(address.path);
  if (queue == nullptr && !is_topic) return link->refuse(not_found(address.path));
  if (address.is_management) return requests_->serve_replies(link);
  if (queue == nullptr) {
    return link->refuse(
        to_condition({Reason::not_allowed,
                      fmt::format("'{}' is a topic: receive from one of its subscriptions.", address.path)}));
  }
  std::make_shared<OutgoingLink>(loop_, broker_, metrics_, *queue, link)->start();
}

void Client::attached_sender(const amqp::LinkPtr& link) {
  const auto address = parse_address(link->remote_target());
  if (address.is_cbs) return requests_->serve_requests(link, "");
  if (address.is_management) {
    const bool exists = broker_.queue(address.path) != nullptr || broker_.entities().is_topic(address.path);
    return exists ? requests_->serve_requests(link, address.path) : link->refuse(not_found(address.path));
  }
  std::make_shared<IncomingLink>(broker_, metrics_, address.path, link)->start();
}

}  // namespace millrace::bus
