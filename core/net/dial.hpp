// Outgoing connections.
#pragma once

#include <chrono>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include <boost/asio/awaitable.hpp>

#include "core/base/result.hpp"
#include "core/net/identity.hpp"
#include "core/net/proxy.hpp"
#include "core/net/wire.hpp"

namespace millrace::net {

struct WebSocketPath {
  std::string path;
  std::string subprotocol;
};

struct Endpoint {
  std::string host;  ///< the peer's name, checked against its certificate
  uint16_t port = 0;
  bool tls = true;
  std::filesystem::path ca_file;     ///< trusted beside the system's store; empty for none
  std::optional<Identity> identity;  ///< shown to a peer that asks who we are
  /// Dialled instead of host and port, which stay the peer's name; for private endpoints.
  std::string address;
  uint16_t address_port = 0;  ///< 0: `port`
  std::optional<Proxy> proxy;
  std::optional<WebSocketPath> web_socket;  ///< inside all that
};

/// Ends a dial that is under way; it then fails. Shared by who dials and who may lose interest.
class DialStop {
 public:
  void stop() {
    stopped_ = true;
    if (cut) cut();
  }
  bool is_stopped() const { return stopped_; }
  std::function<void()> cut;  ///< set by `dial` while it is under way

 private:
  bool stopped_ = false;
};

/// Dials, with a time limit of kDialTime for all of it: name, TCP, proxy, TLS, WebSocket. TLS 1.2 at least,
/// host name checked. Errors: unavailable (name, refused, timeout, stopped), unauthorised (certificate,
/// proxy), invalid_input (CA file), each with the endpoint or the file.
boost::asio::awaitable<Result<std::unique_ptr<Wire>>> dial(Endpoint endpoint,
                                                           std::shared_ptr<DialStop> stop = nullptr);
inline constexpr std::chrono::seconds kDialTime{10};

}  // namespace millrace::net
