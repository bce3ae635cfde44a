#include "core/amqp/link.hpp"

#include <proton/delivery.h>
#include <proton/disposition.h>
#include <proton/link.h>
#include <proton/session.h>
#include <proton/terminus.h>

#include <algorithm>
#include <utility>

#include <boost/asio/post.hpp>

#include "core/amqp/connection.hpp"
#include "core/amqp/engine_values.hpp"

namespace millrace::amqp {
namespace {

std::string address_of(pn_terminus_t* terminus) {
  const auto* address = pn_terminus_get_address(terminus);
  return address == nullptr ? std::string() : std::string(address);
}

Outcome outcome_of(pn_disposition_t* disposition) {
  Outcome outcome;
  switch (pn_disposition_type(disposition)) {
    case PN_ACCEPTED:
      outcome.kind = Outcome::Kind::accepted;
      break;
    case PN_REJECTED:
      outcome.kind = Outcome::Kind::rejected;
      outcome.condition = from_engine(pn_disposition_condition(disposition));
      break;
    case PN_RELEASED:
      outcome.kind = Outcome::Kind::released;
      break;
    case PN_MODIFIED: {
      outcome.kind = Outcome::Kind::modified;
      outcome.delivery_failed = pn_disposition_is_failed(disposition);
      outcome.undeliverable_here = pn_disposition_is_undeliverable(disposition);
      const auto annotations = from_engine(pn_disposition_annotations(disposition));
      if (const auto* map = annotations.get_if<Map>()) outcome.annotations = *map;
      break;
    }
    default:
      break;
  }
  return outcome;
}

uint64_t apply(const Outcome& outcome, pn_disposition_t* local) {
  switch (outcome.kind) {
    case Outcome::Kind::accepted:
      return PN_ACCEPTED;
    case Outcome::Kind::released:
      return PN_RELEASED;
    case Outcome::Kind::rejected:
      to_engine(outcome.condition, pn_disposition_condition(local));
      return PN_REJECTED;
    case Outcome::Kind::modified:
      pn_disposition_set_failed(local, outcome.delivery_failed);
      pn_disposition_set_undeliverable(local, outcome.undeliverable_here);
      if (!outcome.annotations.empty())
        to_engine(Value(outcome.annotations), pn_disposition_annotations(local));
      return PN_MODIFIED;
    case Outcome::Kind::none:
      break;
  }
  return 0;
}

DeliveryId id_of(pn_delivery_t* delivery) {
  return reinterpret_cast<DeliveryId>(pn_delivery_get_context(delivery));
}

void set_id(pn_delivery_t* delivery, DeliveryId id) {
  pn_delivery_set_context(delivery, reinterpret_cast<void*>(id));  // NOLINT(performance-no-int-to-ptr): a tag
}

}  // namespace

Link::Link(Connection& connection, pn_link_t* link)
    : connection_(&connection), link_(link), name_(pn_link_name(link)), is_sender_(pn_link_is_sender(link)) {}

std::string Link::remote_source() const {
  return link_ ? address_of(pn_link_remote_source(link_)) : std::string();
}
std::string Link::remote_target() const {
  return link_ ? address_of(pn_link_remote_target(link_)) : std::string();
}
Value Link::remote_filter() const {
  return link_ ? from_engine(pn_terminus_filter(pn_link_remote_source(link_))) : Value();
}
Value Link::remote_properties() const {
  return link_ ? from_engine(pn_link_remote_properties(link_)) : Value();
}
SenderMode Link::remote_sender_mode() const {
  return link_ ? static_cast<SenderMode>(pn_link_remote_snd_settle_mode(link_)) : SenderMode::mixed;
}
ReceiverMode Link::remote_receiver_mode() const {
  return link_ ? static_cast<ReceiverMode>(pn_link_remote_rcv_settle_mode(link_)) : ReceiverMode::first;
}
uint64_t Link::remote_max_message_size() const {
  return link_ ? pn_link_remote_max_message_size(link_) : 0;
}

void Link::accept(const AttachReply& reply) {
  if (link_ == nullptr) return;
  pn_terminus_copy(pn_link_source(link_), pn_link_remote_source(link_));
  pn_terminus_copy(pn_link_target(link_), pn_link_remote_target(link_));
  pn_link_set_snd_settle_mode(link_, pn_link_remote_snd_settle_mode(link_));
  pn_link_set_rcv_settle_mode(link_, pn_link_remote_rcv_settle_mode(link_));
  if (reply.max_message_size != 0) {
    pn_link_set_max_message_size(link_, reply.max_message_size);
    most_bytes_ = reply.max_message_size;
  }
  if (reply.filter) to_engine(*reply.filter, pn_terminus_filter(pn_link_source(link_)));
  if (!reply.properties.is_null()) to_engine(reply.properties, pn_link_properties(link_));
  pn_link_open(link_);
  connection_->touch();
}

void Link::refuse(const Condition& why) {
  if (link_ == nullptr) return;
  // Attach with an empty terminus and detach go out together: part 2, section 2.6.3.
  pn_terminus_set_type(pn_link_source(link_), PN_UNSPECIFIED);
  pn_terminus_set_type(pn_link_target(link_), PN_UNSPECIFIED);
  pn_link_open(link_);
  close(why);
}

void Link::close(const Condition& why) {
  if (link_ == nullptr) return;
  const auto self = shared_from_this();
  to_engine(why, pn_link_condition(link_));
  auto* link = link_;
  auto* connection = connection_;
  link_ = nullptr;
  deliveries_.clear();
  pn_link_close(link);
  connection->forget(link);
  connection->touch();
  // Not at once: one of them may be what is calling us.
  boost::asio::post(connection->executor_, [self] { self->drop_callbacks(); });
}

void Link::add_credit(uint32_t count) {
  if (link_ == nullptr || is_sender_) return;
  pn_link_flow(link_, static_cast<int>(count));
  connection_->touch();
}

void Link::drain() {
  if (link_ == nullptr || is_sender_) return;
  pn_link_drain(link_, 0);
  connection_->touch();
}

uint32_t Link::credit() const {
  if (link_ == nullptr) return 0;
  const auto credit = pn_link_credit(link_);
  return credit > 0 ? static_cast<uint32_t>(credit) : 0;
}

size_t Link::waiting() const {
  return link_ != nullptr && is_sender_ ? static_cast<size_t>(pn_link_queued(link_)) : 0;
}

bool Link::has_room(size_t messages, size_t bytes) {
  if (link_ == nullptr) return false;
  const auto ahead = waiting() + messages;
  // The engine goes on counting what a link had queued when it went: one that has nothing may always give.
  if (!connection_->is_behind_ && ahead < kUnreadMessagesMost &&
      (ahead == 0 || pn_session_outgoing_bytes(pn_link_session(link_)) + bytes < kUnreadBytesMost))
    return true;
  connection_->held_back_.insert(weak_from_this());
  return false;
}

bool Link::is_draining() const {
  return link_ != nullptr && pn_link_get_drain(link_);
}

void Link::drained() {
  if (link_ == nullptr || !is_sender_) return;
  pn_link_drained(link_);
  connection_->touch();
}

DeliveryId Link::send(BytesView message, BytesView tag, bool settled) {
  if (link_ == nullptr || !is_sender_) return 0;
  auto* delivery = pn_delivery(link_, pn_dtag(reinterpret_cast<const char*>(tag.data()), tag.size()));
  const auto id = next_id_++;
  set_id(delivery, id);
  pn_link_send(link_, reinterpret_cast<const char*>(message.data()), message.size());
  pn_link_advance(link_);
  if (settled) {
    pn_delivery_settle(delivery);
  } else {
    deliveries_[id] = delivery;
  }
  connection_->touch();
  return id;
}

void Link::settle(DeliveryId id, const Outcome& outcome) {
  const auto at = deliveries_.find(id);
  if (link_ == nullptr || at == deliveries_.end()) return;
  auto* delivery = at->second;
  deliveries_.erase(at);
  pn_delivery_update(delivery, apply(outcome, pn_delivery_local(delivery)));
  pn_delivery_settle(delivery);
  connection_->touch();
}

void Link::propose(DeliveryId id, const Outcome& outcome) {
  const auto at = deliveries_.find(id);
  if (link_ == nullptr || at == deliveries_.end()) return;
  pn_delivery_update(at->second, apply(outcome, pn_delivery_local(at->second)));
  connection_->touch();
}

void Link::handle_delivery(pn_delivery_t* delivery) {
  if (is_sender_ || deliveries_.contains(id_of(delivery))) {
    outcome_changed(delivery);
  } else {
    receive(delivery);
  }
}

void Link::receive(pn_delivery_t* delivery) {
  if (pn_delivery_aborted(delivery)) {
    partial_.clear();
    connection_->scan_.take(name_);
    pn_delivery_settle(delivery);
    return;
  }
  if (pn_link_current(link_) != delivery) return;  // it has been received
  // Taken frame by frame, so that the engine never holds more of a message than the link takes.
  const auto had = partial_.size();
  partial_.resize(had + pn_delivery_pending(delivery));
  const auto count =
      pn_link_recv(link_, reinterpret_cast<char*>(partial_.data() + had), partial_.size() - had);
  partial_.resize(std::min(had + (count > 0 ? static_cast<size_t>(count) : 0), most_bytes_ + 1));
  if (pn_delivery_partial(delivery)) return;

  Incoming incoming;
  incoming.id = next_id_++;
  incoming.bytes = std::exchange(partial_, {});
  const auto tag = pn_delivery_tag(delivery);
  incoming.tag.assign(tag.start, tag.start + tag.size);
  incoming.message_format = connection_->scan_.take(name_);
  incoming.settled = pn_delivery_settled(delivery);
  pn_link_advance(link_);
  if (incoming.settled) {
    pn_delivery_settle(delivery);
  } else {
    set_id(delivery, incoming.id);
    deliveries_[incoming.id] = delivery;
  }
  if (on_message) on_message(std::move(incoming));
}

void Link::outcome_changed(pn_delivery_t* delivery) {
  if (!pn_delivery_updated(delivery)) return;
  pn_delivery_clear(delivery);
  const auto id = id_of(delivery);
  if (!deliveries_.contains(id)) return;
  const bool settled = pn_delivery_settled(delivery);
  auto outcome = outcome_of(pn_delivery_remote(delivery));
  if (settled) {
    deliveries_.erase(id);
    pn_delivery_settle(delivery);
  }
  if (on_outcome) on_outcome(id, std::move(outcome), settled);
}

void Link::finished(const Condition& why) {
  if (link_ == nullptr) return;  // closed by its user as another one ended with it
  abandon();
  const auto last_word = std::move(on_close);
  drop_callbacks();
  if (last_word) last_word(why);
}

void Link::abandon() {
  link_ = nullptr;
  deliveries_.clear();
  partial_.clear();
}

void Link::drop_callbacks() {
  on_open = nullptr;
  on_message = nullptr;
  on_flow = nullptr;
  on_outcome = nullptr;
  on_close = nullptr;
}

}  // namespace millrace::amqp
