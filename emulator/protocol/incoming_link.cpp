#include "emulator/protocol/incoming_link.hpp"

#include <utility>

#include "emulator/protocol/conditions.hpp"
#include "emulator/protocol/message_codec.hpp"

namespace millrace::bus {

void IncomingLink::start() {
  if (const auto allowed = broker_.entities().accepts_sends(path_); !allowed) {
    return link_->refuse(to_condition(allowed.error()));
  }
  link_->on_message = [self = shared_from_this()](const amqp::Incoming& transfer) {
    self->received(transfer);
  };
  // Clients take the limit for a batch from the link.
  amqp::AttachReply reply;
  reply.max_message_size = kMessageBytesMost;
  link_->accept(reply);
  link_->add_credit(kSenderCredit);
}

void IncomingLink::received(const amqp::Incoming& transfer) {
  const auto id = transfer.id;
  if (transfer.bytes.size() > kMessageBytesMost) {
    return answer(id, refuse(Reason::too_large, "The transfer is larger than the link's max-message-size."));
  }
  auto messages = read_transfer(transfer.bytes, transfer.message_format, [this] { return broker_.new_id(); });
  if (!messages) return reject(id, {"amqp:decode-error", messages.error().message, {}});
  broker_.send(path_, std::move(*messages),
               [self = shared_from_this(), id](const Answer<Broker::Sent>& sent) { self->answer(id, sent); });
}

void IncomingLink::answer(amqp::DeliveryId id, const Answer<Broker::Sent>& sent) {
  if (!sent) return reject(id, to_condition(sent.error()));
  metrics_.accepted.add(static_cast<double>(sent->accepted));
  metrics_.duplicates.add(static_cast<double>(sent->duplicates));
  link_->settle(id, amqp::Outcome::accepted());
  link_->add_credit(1);
}

void IncomingLink::reject(amqp::DeliveryId id, amqp::Condition why) {
  metrics_.refused.add();
  link_->settle(id, amqp::Outcome::rejected(std::move(why)));
  link_->add_credit(1);
}

}  // namespace millrace::bus
