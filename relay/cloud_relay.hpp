// The relay, put together.
#pragma once

#include <memory>
#include <string>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>

#include "core/base/clock.hpp"
#include "core/base/result.hpp"
#include "relay/intake/trust.hpp"
#include "relay/lanes/sink.hpp"
#include "relay/relay_config.hpp"

namespace millrace::relay {

/// The composition root: builds the parts, owns them, starts and stops them in order.
///
///   broker link → intake → streams (receivers) → lane runner → sink
///        ↑                    ↓        ↑ ← what is settled ↵
///        └──── receipts ── cursors
///
/// On the loop; owned by main (or a test, with a sink of its own).
class CloudRelay {
 public:
  CloudRelay(boost::asio::io_context& loop, RelayConfig config, Trust trust, const Clock& clock,
             std::unique_ptr<Sink> sink, std::string version);
  ~CloudRelay();
  CloudRelay(const CloudRelay&) = delete;
  CloudRelay& operator=(const CloudRelay&) = delete;

  /// Opens relay.db and the HTTP port, then begins to connect. An absent broker or bus is no error: they are
  /// waited for. Errors: what opening gives, with what to do.
  Result<> start();
  /// Says offline and ends the connections; what is unsettled comes again from the boxes.
  boost::asio::awaitable<void> stop();

  uint16_t http_port() const;
  /// New with each object.
  const std::string& instance() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace millrace::relay
