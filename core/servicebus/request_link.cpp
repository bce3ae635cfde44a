#include "core/servicebus/request_link.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "core/base/uuid.hpp"
#include "core/servicebus/outcome.hpp"

namespace millrace::servicebus {
namespace {

// Many requests may be answered together.
constexpr uint32_t kReplyCredit = 100;

/// The first of these that the message has; `$cbs` and `$management` spell them differently.
const amqp::Value* any_of(const amqp::Message& message, std::initializer_list<const char*> names) {
  for (const auto* name : names) {
    if (const auto* value = message.application_property(name)) return value;
  }
  return nullptr;
}

std::string text_of(const amqp::Value* value) {
  const auto* text = value == nullptr ? nullptr : value->text();
  return text == nullptr ? std::string() : *text;
}

Reply no_answer(const amqp::Condition& why, std::string instead) {
  return {.description = why.description, .condition = why.name, .instead = std::move(instead), .body = {}};
}

}  // namespace

Trouble trouble_of(const Reply& reply) {
  constexpr int64_t kBusy = 503;
  if (!reply.condition.empty()) return trouble_of(amqp::Condition{reply.condition, reply.description, {}});
  Trouble trouble{.reason = fmt::format("{} {}", reply.status, reply.description)};
  if (reply.status != kBusy) return trouble;
  trouble.kind = TroubleKind::server_busy;
  trouble.wait = busy_wait(reply.description);
  return trouble;
}

std::shared_ptr<RequestLink> RequestLink::open(amqp::Connection& connection, const std::string& node) {
  auto made = std::make_shared<RequestLink>();
  const auto id = Uuid::v7(SystemClock{}.wall()).string();
  made->node_ = node;
  made->reply_to_ = fmt::format("{}-{}", node, id);
  made->sender_ = connection.open_sender(fmt::format("{}-sender-{}", node, id), node);
  made->receiver_ = connection.open_receiver(made->reply_to_, {.source = node, .target = made->reply_to_});
  if (!made->sender_ || !made->receiver_) return nullptr;
  const std::weak_ptr<RequestLink> weak = made;
  const auto on_close = [weak](const amqp::Condition& why) {
    const auto self = weak.lock();
    if (!self) return;
    auto closed = fmt::format("the link to {} was closed", self->node_);
    if (!why) return self->close(closed);
    self->end(no_answer(why, std::move(closed)));
  };
  made->sender_->on_close = on_close;
  made->receiver_->on_close = on_close;
  made->sender_->on_outcome = [weak](amqp::DeliveryId id, const amqp::Outcome& outcome, bool settled) {
    const auto self = weak.lock();
    if (!self) return;
    if (!settled) self->sender_->settle(id, outcome);
    self->taken(id, outcome);
  };
  made->receiver_->on_message = [weak](const amqp::Incoming& incoming) {
    if (const auto self = weak.lock()) self->answered(incoming);
  };
  made->receiver_->add_credit(kReplyCredit);
  return made;
}

void RequestLink::request(amqp::Message message, MonoTime asked, Done done) {
  if (is_closed()) {
    done(fail(ErrorKind::unavailable, fmt::format("the link to {} is closed", node_)));
    return;
  }
  const auto id = std::to_string(next_id_++);
  message.properties.emplace();
  message.properties->message_id = id;
  message.properties->to = node_;
  message.properties->reply_to = reply_to_;
  const auto delivery = sender_->send(amqp::encode_message(message), as_bytes(id));
  waiting_[id] = {std::move(done), asked, delivery};
}

void RequestLink::answered(const amqp::Incoming& incoming) {
  receiver_->settle(incoming.id, amqp::Outcome::accepted());
  receiver_->add_credit(1);
  auto message = amqp::decode_message(incoming.bytes);
  if (!message || !message->properties) return;
  const auto* id = message->properties->correlation_id.text();
  const auto at = id == nullptr ? waiting_.end() : waiting_.find(*id);
  if (at == waiting_.end()) return;
  const auto done = std::move(at->second.done);
  waiting_.erase(at);
  const auto* status = any_of(*message, {"status-code", "statusCode"});
  Reply reply;
  reply.status = status == nullptr ? 0 : status->integer().value_or(0);
  reply.description = text_of(any_of(*message, {"status-description", "statusDescription"}));
  reply.condition = text_of(any_of(*message, {"error-condition", "errorCondition"}));
  if (message->value) reply.body = std::move(*message->value);
  done(std::move(reply));
}

/// Of a request that the node takes this says nothing: its answer does.
void RequestLink::taken(amqp::DeliveryId id, const amqp::Outcome& outcome) {
  if (outcome.kind == amqp::Outcome::Kind::none || outcome.kind == amqp::Outcome::Kind::accepted) return;
  const auto at =
      std::ranges::find_if(waiting_, [&](const auto& entry) { return entry.second.delivery == id; });
  if (at == waiting_.end()) return;
  const auto done = std::move(at->second.done);
  waiting_.erase(at);
  auto refused = node_ + " refused";
  if (const auto& why = outcome.condition) return done(no_answer(why, std::move(refused)));
  done(fail(ErrorKind::unavailable, fmt::format("{}: {}", refused, classify(outcome).reason)));
}

std::optional<MonoTime> RequestLink::oldest() const {
  std::optional<MonoTime> oldest;
  for (const auto& [id, each] : waiting_) oldest = std::min(oldest.value_or(each.asked), each.asked);
  return oldest;
}

void RequestLink::close(const std::string& reason) {
  end(fail(ErrorKind::unavailable, reason));
}

void RequestLink::end(const Result<Reply>& told) {
  // When one of the pair was closed the other is of no use.
  sender_->close();
  receiver_->close();
  const auto waiting = std::exchange(waiting_, {});
  for (const auto& [id, each] : waiting) each.done(told);
}

}  // namespace millrace::servicebus
