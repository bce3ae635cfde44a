// The plant box's daemon, put together.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>

#include "core/base/clock.hpp"
#include "core/base/result.hpp"
#include "edge/edge_config.hpp"

namespace millrace::edge {

/// The composition root: builds the parts, owns them, starts and stops them in order.
///
///   HTTP API → capture → log (outbox in edge.db) → publisher → broker
///      ↑ saved · sent                ↑ receipts ←──────┘
///
/// On the loop; owned by main (or a test). Destroy it before the loop.
class EdgeGateway {
 public:
  /// Called at named points of a request: for tests that end the process there.
  using AtPoint = std::function<void(std::string_view)>;

  EdgeGateway(boost::asio::io_context& loop, EdgeConfig config, const Clock& clock, std::string version,
              AtPoint at_point = {});
  ~EdgeGateway();
  EdgeGateway(const EdgeGateway&) = delete;
  EdgeGateway& operator=(const EdgeGateway&) = delete;

  /// Reads the content, opens the database and the port, and begins to connect. An absent broker is no error:
  /// captures go on. Errors: what reading and opening give, each with file, place and what to do.
  Result<> start();
  /// Takes no more requests, says offline to the plant and commits what is under way.
  boost::asio::awaitable<void> stop();

  uint16_t http_port() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace millrace::edge
