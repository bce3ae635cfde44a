// A client's sender: transfers come in, answers go out after the commit.
#pragma once

#include <memory>
#include <string>

#include "core/amqp/link.hpp"
#include "emulator/protocol/client_context.hpp"

namespace millrace::bus {

/// What a sender may have under way; bounds the memory that one link can take.
inline constexpr uint32_t kSenderCredit = 256;

/// Lives as long as its link, whose callbacks own it. Loop thread.
class IncomingLink : public std::enable_shared_from_this<IncomingLink> {
 public:
  IncomingLink(ClientContextPtr context, std::string path, amqp::LinkPtr link)
      : context_(std::move(context)), path_(std::move(path)), link_(std::move(link)) {}

  /// Accepts the attach, or refuses it where nothing can be sent to. Credit comes after the time.
  void start(Millis no_credit_for);

 private:
  void received(const amqp::Incoming& transfer);
  void store(const amqp::Incoming& transfer, const std::optional<Fault>& fault);
  void answer(amqp::DeliveryId id, const Answer<Broker::Sent>& sent);
  void reject(amqp::DeliveryId id, amqp::Condition why);
  void settle(amqp::DeliveryId id, const amqp::Outcome& outcome);
  /// Gives none for a while; the sender may use up what it has.
  void hold_credit(Millis how_long);
  /// Up to what a sender may have under way.
  void fill_credit();

  ClientContextPtr context_;
  std::string path_;
  amqp::LinkPtr link_;
  uint32_t unsettled_ = 0;  ///< transfers without an answer yet
  uint32_t holds_ = 0;      ///< so many faults hold the credit back
};

}  // namespace millrace::bus
