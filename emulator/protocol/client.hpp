// One client connection: gives each of its links to who serves it.
#pragma once

#include <memory>

#include <boost/asio/io_context.hpp>

#include "core/amqp/link.hpp"
#include "emulator/protocol/bus_metrics.hpp"
#include "emulator/protocol/management.hpp"
#include "emulator/protocol/request_nodes.hpp"

namespace millrace::bus {

/// Owned by its connection's callbacks. Loop thread.
class Client {
 public:
  Client(boost::asio::io_context& loop, DurableBroker& broker, Management& management, BusMetrics metrics);

  /// The peer attached a link.
  void attached(const amqp::LinkPtr& link);

 private:
  void attached_receiver(const amqp::LinkPtr& link);
  void attached_sender(const amqp::LinkPtr& link);
  void attached_management(const amqp::LinkPtr& link, const std::string& path);

  boost::asio::io_context& loop_;
  DurableBroker& broker_;
  BusMetrics metrics_;
  std::shared_ptr<RequestNodes> requests_;
};

}  // namespace millrace::bus
