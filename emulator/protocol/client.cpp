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
  if (address.is_management) return attached_management(link, address.path);
  if (const auto open = broker_.entities().accepts_receivers(address.path); !open)
    return link->refuse(to_condition(open.error()));
  std::make_shared<OutgoingLink>(loop_, broker_, metrics_, *broker_.queue(address.path), link)->start();
}

void Client::attached_management(const amqp::LinkPtr& link, const std::string& path) {
  if (broker_.queue(path) == nullptr && !broker_.entities().is_topic(path))
    return link->refuse(not_found(path));
  link->is_sender() ? requests_->serve_replies(link) : requests_->serve_requests(link, path);
}

void Client::attached_sender(const amqp::LinkPtr& link) {
  const auto address = parse_address(link->remote_target());
  if (address.is_cbs) return requests_->serve_requests(link, "");
  if (address.is_management) return attached_management(link, address.path);
  std::make_shared<IncomingLink>(broker_, metrics_, address.path, link)->start();
}

}  // namespace millrace::bus
