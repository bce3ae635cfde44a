// Accepts AMQP connections.
#pragma once

#include <functional>
#include <memory>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>

#include "core/amqp/connection.hpp"

namespace millrace::test {

/// Listens on one address and makes a server connection of each client. Loop thread; stop it before the loop
/// ends.
class Listener {
 public:
  /// Called for each client before anything is read; returns what the connection shall report.
  using MakeEvents = std::function<amqp::Connection::Events()>;
  using OnConnection = std::function<void(std::shared_ptr<amqp::Connection>)>;

  Listener(boost::asio::io_context& loop, std::string container_id, MakeEvents make_events,
           OnConnection on_connection);
  ~Listener();
  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;

  /// Port 0 takes a free one. Errors: invalid_input (address), unavailable (port in use).
  Result<> start(const std::string& address, uint16_t port);
  uint16_t port() const;
  void stop();

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace millrace::test
