#include "core/servicebus/token_link.hpp"

#include <fmt/format.h>

#include "core/amqp/message.hpp"

namespace millrace::servicebus {
namespace {

// Renewals of all entities may be answered together.
constexpr uint32_t kReplyCredit = 100;

}  // namespace

std::shared_ptr<TokenLink> TokenLink::open(amqp::Connection& connection) {
  auto made = std::make_shared<TokenLink>();
  const auto id = Uuid::v7(SystemClock{}.wall()).string();
  made->reply_to_ = "cbs-" + id;
  made->sender_ = connection.open_sender("cbs-sender-" + id, "$cbs");
  made->receiver_ = connection.open_receiver(made->reply_to_, "$cbs", made->reply_to_);
  if (!made->sender_ || !made->receiver_) return nullptr;
  const std::weak_ptr<TokenLink> weak = made;
  const auto on_close = [weak](const amqp::Condition&) {
    if (const auto self = weak.lock()) self->lost();
  };
  made->sender_->on_close = on_close;
  made->receiver_->on_close = on_close;
  made->receiver_->on_message = [weak](amqp::Incoming incoming) {
    if (const auto self = weak.lock()) self->answered(std::move(incoming));
  };
  made->receiver_->add_credit(kReplyCredit);
  return made;
}

void TokenLink::put(const std::string& audience, const Token& token, Done done) {
  if (is_closed()) {
    done(fail(ErrorKind::unavailable, "the link to $cbs is closed"));
    return;
  }
  const auto id = std::to_string(next_id_++);
  amqp::Message request;
  request.properties.emplace();
  request.properties->message_id = id;
  request.properties->to = "$cbs";
  request.properties->reply_to = reply_to_;
  request.application_properties = {
      {"operation", "put-token"}, {"type", std::string(token.type)}, {"name", audience}};
  request.value = amqp::Value(token.text);
  waiting_[id] = std::move(done);
  sender_->send(amqp::encode_message(request), as_bytes(id));
}

void TokenLink::answered(amqp::Incoming incoming) {
  receiver_->settle(incoming.id, amqp::Outcome::accepted());
  receiver_->add_credit(1);
  const auto reply = amqp::decode_message(incoming.bytes);
  if (!reply || !reply->properties) return;
  const auto* id = reply->properties->correlation_id.text();
  const auto at = id == nullptr ? waiting_.end() : waiting_.find(*id);
  if (at == waiting_.end()) return;
  const auto done = std::move(at->second);
  waiting_.erase(at);
  const auto* status = reply->application_property("status-code");
  if (status == nullptr) status = reply->application_property("statusCode");
  const auto code = status == nullptr ? 0 : status->integer().value_or(0);
  if (code >= 200 && code < 300) {
    done({});
    return;
  }
  const auto* words = reply->application_property("status-description");
  if (words == nullptr) words = reply->application_property("statusDescription");
  const auto* text = words == nullptr ? nullptr : words->text();
  done(fail(ErrorKind::unauthorised,
            fmt::format(
                "Service Bus refused the token ({} {}). Check the credential and its right to send, and this "
                "machine's clock, which says {}.",
                code, text == nullptr ? "" : *text, rfc3339(SystemClock{}.wall()))));
}

void TokenLink::lost() {
  auto waiting = std::move(waiting_);
  waiting_.clear();
  for (const auto& [id, done] : waiting) done(fail(ErrorKind::unavailable, "the link to $cbs was closed"));
}

}  // namespace millrace::servicebus
