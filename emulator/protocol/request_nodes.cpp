#include "emulator/protocol/request_nodes.hpp"

#include <utility>

namespace millrace::bus {
namespace {

constexpr uint32_t kRequestCredit = 100;
constexpr int32_t kAccepted = 202;

/// Tokens are not checked: this bus trusts its network, as the official emulator does.
amqp::Message token_accepted(const amqp::Value& correlation_id) {
  amqp::Message reply;
  reply.properties.emplace();
  reply.properties->correlation_id = correlation_id;
  reply.application_properties.emplace_back("status-code", kAccepted);
  reply.application_properties.emplace_back("status-description", "Accepted");
  return reply;
}

}  // namespace

void RequestNodes::serve_requests(const amqp::LinkPtr& link, const std::string& path) {
  // The link owns this callback: it must not own the link.
  link->on_message = [self = shared_from_this(), weak = std::weak_ptr(link),
                      path](const amqp::Incoming& transfer) {
    if (const auto open = weak.lock()) self->received(open, path, transfer);
  };
  amqp::AttachReply reply;
  reply.max_message_size = kMessageBytesMost;
  link->accept(reply);
  link->add_credit(kRequestCredit);
}

void RequestNodes::serve_replies(const amqp::LinkPtr& link) {
  std::erase_if(reply_links_, [](const auto& known) {
    const auto open = known.lock();
    return !open || open->is_closed();
  });
  reply_links_.push_back(link);
  link->accept({});
}

void RequestNodes::received(const amqp::LinkPtr& link, const std::string& path,
                            const amqp::Incoming& transfer) {
  const auto request = amqp::decode_message(transfer.bytes);
  link->add_credit(1);
  if (!request) {
    return link->settle(transfer.id,
                        amqp::Outcome::rejected({"amqp:decode-error", request.error().message, {}}));
  }
  link->settle(transfer.id, amqp::Outcome::accepted());
  const bool can_answer = request->properties && request->properties->reply_to;
  const auto reply_to = can_answer ? *request->properties->reply_to : std::string();
  if (path.empty()) {
    return reply(reply_to,
                 token_accepted(request->properties ? request->properties->message_id : amqp::Value()));
  }
  management_.handle(path, *request, [weak = weak_from_this(), reply_to](const amqp::Message& message) {
    if (const auto self = weak.lock()) self->reply(reply_to, message);
  });
}

void RequestNodes::reply(const std::string& reply_to, const amqp::Message& message) {
  amqp::LinkPtr by_name;
  for (const auto& known : reply_links_) {
    const auto link = known.lock();
    if (!link || link->is_closed()) continue;
    const auto tag = std::to_string(next_tag_++);
    if (link->remote_target() == reply_to) {
      link->send(amqp::encode_message(message), as_bytes(tag), true);
      return;
    }
    if (link->name() == reply_to) by_name = link;
  }
  if (by_name) by_name->send(amqp::encode_message(message), as_bytes(std::to_string(next_tag_++)), true);
}

}  // namespace millrace::bus
