#include "emulator/protocol/request_nodes.hpp"

#include <utility>

#include <fmt/format.h>

namespace millrace::bus {
namespace {

constexpr uint32_t kRequestCredit = 100;
constexpr int32_t kAccepted = 202;
constexpr int32_t kUnauthorised = 401;

amqp::Message token_reply(const amqp::Value& correlation_id, int32_t status, std::string description) {
  amqp::Message reply;
  reply.properties.emplace();
  reply.properties->correlation_id = correlation_id;
  reply.application_properties.emplace_back("status-code", status);
  reply.application_properties.emplace_back("status-description", std::move(description));
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
  if (waiting() >= kRepliesWaitingMost) {
    return link->settle(transfer.id,
                        amqp::Outcome::rejected(
                            {"amqp:resource-limit-exceeded",
                             fmt::format("{} replies wait to go out. Give their links credit, and read them.",
                                         kRepliesWaitingMost),
                             {}}));
  }
  link->settle(transfer.id, amqp::Outcome::accepted());
  // The Python SDK names none for `$cbs`, and gives its reply link the node's own address.
  const bool named = request->properties && request->properties->reply_to;
  const auto reply_to = named ? *request->properties->reply_to : link->remote_target();
  if (path.empty()) return reply(reply_to, take_token(*request));
  manage(link, path, *request, reply_to);
}

amqp::Message RequestNodes::take_token(const amqp::Message& request) {
  const auto id = request.properties ? request.properties->message_id : amqp::Value();
  const auto* token = request.value ? request.value->text() : nullptr;
  const auto taken = claims_->put(token != nullptr ? std::string_view(*token) : std::string_view{});
  if (taken) return token_reply(id, kAccepted, "Accepted");
  auto refused = token_reply(id, kUnauthorised, taken.error().message);
  refused.application_properties.emplace_back("error-condition", amqp::Symbol{"amqp:unauthorized-access"});
  return refused;
}

void RequestNodes::manage(const amqp::LinkPtr& link, const std::string& path, const amqp::Message& request,
                          const std::string& reply_to) {
  if (!claims_->allow(path, Management::rights_for(request))) {
    return reply(reply_to, Management::refusal(request, {Reason::unauthorised,
                                                         fmt::format("Unauthorized access to '{}'.", path)}));
  }
  const auto fault = context_->parts.faults.strike(Operation::manage, path);
  if (fault && fault->kind != FaultKind::delay && fault->kind != FaultKind::lose_answer) {
    if (fault->kind == FaultKind::close) return context_->hang_up(condition_of(*fault));
    if (fault->kind == FaultKind::detach) {
      if (const auto replies = reply_link(reply_to)) replies->close(condition_of(*fault));
      return link->close(condition_of(*fault));
    }
    return reply(reply_to, Management::refusal(request, condition_of(*fault)));
  }
  const auto answer = [weak = weak_from_this(), reply_to, fault](const amqp::Message& message) {
    const auto self = weak.lock();
    if (!self) return;
    if (fault && fault->kind == FaultKind::lose_answer) return self->context_->hang_up({});
    self->context_->later(fault ? fault->delay : Millis{0}, [weak, reply_to, message] {
      const auto still = weak.lock();
      if (!still) return;
      --still->under_way_;
      still->reply(reply_to, message);
    });
  };
  ++under_way_;
  management_.handle(path, request, context_->receivers, answer);
}

size_t RequestNodes::waiting() const {
  auto count = under_way_;
  for (const auto& known : reply_links_) {
    if (const auto link = known.lock()) count += link->waiting();
  }
  return count;
}

amqp::LinkPtr RequestNodes::reply_link(const std::string& reply_to) const {
  amqp::LinkPtr by_name;
  for (const auto& known : reply_links_) {
    auto link = known.lock();
    if (!link || link->is_closed()) continue;
    if (link->remote_target() == reply_to) return link;
    if (link->name() == reply_to) by_name = std::move(link);
  }
  return by_name;
}

void RequestNodes::reply(const std::string& reply_to, const amqp::Message& message) {
  if (const auto link = reply_link(reply_to))
    link->send(amqp::encode_message(message), as_bytes(std::to_string(next_tag_++)), true);
}

}  // namespace millrace::bus
