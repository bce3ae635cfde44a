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

Client::Client(ClientContextPtr context, Management& management)
    : context_(std::move(context)),
      claims_(std::make_shared<Claims>(context_->parts.loop, context_->parts.clock, context_->parts.access)),
      requests_(std::make_shared<RequestNodes>(context_, claims_, management)) {}

void Client::expect_claim(Millis within) {
  claims_->expect(within, [context = context_, within] {
    context->hang_up(amqp::Condition{
        "amqp:unauthorized-access",
        fmt::format("No valid token was put to $cbs within {} s of connecting.", within.count() / 1000),
        {}});
  });
}

void Client::attached(const amqp::LinkPtr& link) {
  const auto address = parse_address(link->is_sender() ? link->remote_source() : link->remote_target());
  if (address.is_cbs)
    return link->is_sender() ? requests_->serve_replies(link) : requests_->serve_requests(link, "");
  if (address.is_management) return attached_management(link, address.path);
  if (const auto refused = claims_->admit(link, address.path, link->is_sender() ? kListen : kSend))
    return link->refuse(*refused);
  const auto fault = context_->parts.faults.strike(Operation::attach, address.path);
  if (!fault) return admitted(link, address.path, nullptr);
  switch (fault->kind) {
    case FaultKind::close:
      return context_->hang_up(condition_of(*fault));
    case FaultKind::lose_answer:
      return context_->hang_up({});
    case FaultKind::delay:
      return context_->later(fault->delay, [self = shared_from_this(), link, path = address.path] {
        if (!link->is_closed()) self->admitted(link, path, nullptr);
      });
    case FaultKind::no_credit:
      return admitted(link, address.path, &*fault);
    default:
      return link->refuse(condition_of(*fault));
  }
}

void Client::admitted(const amqp::LinkPtr& link, const std::string& path, const Fault* fault) {
  if (!link->is_sender()) {
    const auto no_credit_for = fault != nullptr ? fault->delay : Millis{0};
    return std::make_shared<IncomingLink>(context_, path, link)->start(no_credit_for);
  }
  if (const auto open = entities().accepts_receivers(path); !open)
    return link->refuse(to_condition(open.error()));
  std::make_shared<OutgoingLink>(context_, *entities().queue(path), link)->start();
}

void Client::attached_management(const amqp::LinkPtr& link, const std::string& path) {
  if (entities().queue(path) == nullptr && !entities().is_topic(path)) return link->refuse(not_found(path));
  link->is_sender() ? requests_->serve_replies(link) : requests_->serve_requests(link, path);
}

}  // namespace millrace::bus
