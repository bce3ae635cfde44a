// The composition root of millrace-bus.
#pragma once

#include <memory>
#include <optional>

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include "core/base/clock.hpp"
#include "core/http/server.hpp"
#include "core/metrics/metrics.hpp"
#include "core/store/folder_lock.hpp"
#include "emulator/access/access.hpp"
#include "emulator/admin/admin_api.hpp"
#include "emulator/broker/broker.hpp"
#include "emulator/bus_config.hpp"
#include "emulator/faults/faults.hpp"
#include "emulator/protocol/amqp_server.hpp"
#include "emulator/store/bus_store.hpp"
#include "emulator/store/durable_broker.hpp"

namespace millrace::bus {

/// Builds the parts bottom up, owns them, starts and stops them: data folder, store, broker, AMQP, HTTP. Made
/// by main; everything runs on its loop but the store's writer.
class Bus {
 public:
  /// Opens the store and restores the broker. Errors: conflict, io, corrupt.
  static Result<std::unique_ptr<Bus>> open(boost::asio::io_context& loop, const BusConfig& config);
  Bus(const Bus&) = delete;
  Bus& operator=(const Bus&) = delete;

  /// Listens. Errors: unavailable (a port is in use), invalid_input.
  Result<> start();
  /// Stops listening, says goodbye to clients, commits what is under way, then ends the loop.
  void stop();
  /// HOST:PORT of each.
  std::string amqp_address() const;
  std::string http_address() const;

 private:
  Bus(boost::asio::io_context& loop, const BusConfig& config, std::optional<store::FolderLock> lock,
      BusStore store, std::unique_ptr<Broker> broker);
  http::Router make_router();
  http::Server::Options door_options(const Address& address);
  std::string metrics_text();

  boost::asio::io_context& loop_;
  BusConfig config_;
  ShiftedClock clock_;
  metrics::Registry registry_;
  std::optional<store::FolderLock> lock_;
  BusStore store_;
  std::unique_ptr<Broker> broker_;
  Access access_;
  Faults faults_;
  DurableBroker durable_;
  AmqpServer amqp_;
  AdminApi admin_;
  http::Server door_;  // where clients expect AMQP
  http::Server http_;  // where they expect HTTP
  boost::asio::steady_timer goodbye_;
};

}  // namespace millrace::bus
