// A client's sender: transfers come in, answers go out after the commit.
#pragma once

#include <memory>
#include <string>

#include "core/amqp/link.hpp"
#include "emulator/protocol/bus_metrics.hpp"
#include "emulator/store/durable_broker.hpp"

namespace millrace::bus {

/// What a sender may have under way; bounds the memory that one link can take.
inline constexpr uint32_t kSenderCredit = 256;

/// Lives as long as its link, whose callbacks own it. Loop thread.
class IncomingLink : public std::enable_shared_from_this<IncomingLink> {
 public:
  IncomingLink(DurableBroker& broker, BusMetrics metrics, std::string path, amqp::LinkPtr link)
      : broker_(broker), metrics_(metrics), path_(std::move(path)), link_(std::move(link)) {}

  /// Accepts the attach, or refuses it where nothing can be sent to.
  void start();

 private:
  void received(const amqp::Incoming& transfer);
  void answer(amqp::DeliveryId id, const Answer<Broker::Sent>& sent);
  void reject(amqp::DeliveryId id, amqp::Condition why);

  DurableBroker& broker_;
  BusMetrics metrics_;
  std::string path_;
  amqp::LinkPtr link_;
};

}  // namespace millrace::bus
