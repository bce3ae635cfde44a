// A client's receiver: messages go out as it gives credit, its dispositions come back.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>

#include <boost/asio/steady_timer.hpp>

#include "core/amqp/link.hpp"
#include "emulator/protocol/client_context.hpp"
#include "emulator/protocol/session_request.hpp"

namespace millrace::bus {

/// Peek-lock or receive-and-delete, with or without a session. A lock outside a session outlives the link; a
/// session's ends with it. Lives as long as its link, whose callbacks own it. Loop thread.
class OutgoingLink : public std::enable_shared_from_this<OutgoingLink> {
 public:
  OutgoingLink(ClientContextPtr context, Queue& queue, amqp::LinkPtr link);

  /// Accepts the attach, refuses it, or waits with the answer until a session is free.
  void start();

 private:
  void start_session();
  void wait_for_session();
  void granted(const SessionGrant& grant);
  void accepted(const amqp::AttachReply& reply);
  /// What it received from is no more its own: the session, or the queue altogether.
  void ended(const Refusal& why);
  /// Hands out what there is, as far as the credit reaches, and answers a drain.
  void pump();
  bool send_next();
  /// Whether a fault keeps the next message back.
  bool is_struck();
  bool delete_next();
  void outcome(amqp::DeliveryId id, const amqp::Outcome& outcome, bool settled);
  Answer<> settle(const Uuid& token, const amqp::Outcome& outcome, Change& change);
  void settled(amqp::DeliveryId id, const amqp::Outcome& reply, const Answer<>& done);
  void closed();

  const std::string* session() const { return session_id_ ? &*session_id_ : nullptr; }

  ClientContextPtr context_;
  DurableBroker& broker_;
  std::shared_ptr<Queue> own_queue_;  ///< outlives its deletion, until the link is closed
  Queue& queue_;
  amqp::LinkPtr link_;
  ReceiverId receiver_;
  bool deletes_;  ///< receive-and-delete
  std::optional<SessionRequest> request_;
  std::optional<std::string> session_id_;
  boost::asio::steady_timer timer_;  ///< while waiting for a session
  std::map<amqp::DeliveryId, Uuid> tokens_;
  uint32_t deleting_ = 0;  ///< messages whose deletion is on its way to the disk
  size_t deleting_bytes_ = 0;
  uint64_t next_tag_ = 0;
  bool is_held_ = false;  ///< by a fault that delays
  bool is_open_ = false;  ///< the attach is answered
};

}  // namespace millrace::bus
