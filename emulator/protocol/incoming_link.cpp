#include "emulator/protocol/incoming_link.hpp"

#include <algorithm>
#include <utility>

#include "emulator/broker/behaviour.hpp"
#include "emulator/protocol/conditions.hpp"
#include "emulator/protocol/message_codec.hpp"

namespace millrace::bus {

void IncomingLink::start(Millis no_credit_for) {
  if (const auto allowed = context_->parts.broker.entities().accepts_sends(path_); !allowed) {
    return link_->refuse(to_condition(allowed.error()));
  }
  link_->on_message = [self = shared_from_this()](const amqp::Incoming& transfer) {
    self->received(transfer);
  };
  // Clients take the limit for a batch from the link.
  amqp::AttachReply reply;
  reply.max_message_size = keeps(Behaviour::max_message_size) ? kMessageBytesMost : 0;
  link_->accept(reply);
  hold_credit(no_credit_for);
}

void IncomingLink::hold_credit(Millis how_long) {
  ++holds_;
  context_->later(how_long, [self = shared_from_this()] {
    --self->holds_;
    self->fill_credit();
  });
}

void IncomingLink::fill_credit() {
  const auto given = unsettled_ + link_->credit();
  if (holds_ == 0 && !link_->is_closed()) link_->add_credit(kSenderCredit - std::min(kSenderCredit, given));
}

void IncomingLink::received(const amqp::Incoming& transfer) {
  ++unsettled_;
  const auto fault = context_->parts.faults.strike(Operation::send, path_);
  if (fault && fault->kind == FaultKind::no_credit) {
    hold_credit(fault->delay);
    return store(transfer, {});
  }
  if (!fault || fault->kind == FaultKind::delay || fault->kind == FaultKind::lose_answer)
    return store(transfer, fault);
  if (fault->kind == FaultKind::detach) return link_->close(condition_of(*fault));
  if (fault->kind == FaultKind::close) return context_->hang_up(condition_of(*fault));
  reject(transfer.id, condition_of(*fault));
}

void IncomingLink::store(const amqp::Incoming& transfer, const std::optional<Fault>& fault) {
  const auto id = transfer.id;
  if (transfer.bytes.size() > kMessageBytesMost && keeps(Behaviour::message_size)) {
    return answer(id, refuse(Reason::too_large, "The transfer is larger than the link's max-message-size."));
  }
  auto& broker = context_->parts.broker;
  auto messages = read_transfer(transfer.bytes, transfer.message_format, [&] { return broker.new_id(); });
  if (!messages) return reject(id, {"amqp:decode-error", messages.error().message, {}});
  broker.send(
      path_, std::move(*messages), [self = shared_from_this(), id, fault](const Answer<Broker::Sent>& sent) {
        if (fault && fault->kind == FaultKind::lose_answer) return self->context_->hang_up({});
        self->context_->later(fault ? fault->delay : Millis{0}, [self, id, sent] { self->answer(id, sent); });
      });
}

void IncomingLink::answer(amqp::DeliveryId id, const Answer<Broker::Sent>& sent) {
  if (!sent) return reject(id, to_condition(sent.error()));
  context_->parts.metrics.accepted.add(static_cast<double>(sent->accepted));
  context_->parts.metrics.duplicates.add(static_cast<double>(sent->duplicates));
  settle(id, amqp::Outcome::accepted());
}

void IncomingLink::reject(amqp::DeliveryId id, amqp::Condition why) {
  context_->parts.metrics.refused.add();
  settle(id, amqp::Outcome::rejected(std::move(why)));
}

void IncomingLink::settle(amqp::DeliveryId id, const amqp::Outcome& outcome) {
  link_->settle(id, outcome);
  --unsettled_;
  if (holds_ == 0) link_->add_credit(1);
}

}  // namespace millrace::bus
