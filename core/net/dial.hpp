// Outgoing connections.
#pragma once

#include <chrono>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>

#include "core/base/result.hpp"
#include "core/net/identity.hpp"
#include "core/net/proxy.hpp"
#include "core/net/wire.hpp"

namespace millrace::net {

/// For the name; then, counted anew, for proxy, TLS and WebSocket together.
inline constexpr std::chrono::seconds kDialTime{10};
/// A SYN is sent at 0, 1 and 3 seconds.
inline constexpr std::chrono::seconds kAddressTime{4};
/// For all addresses of a name together: each of eight still gets two SYNs. Somebody waits for the dial.
inline constexpr std::chrono::seconds kAddressesTime{16};
/// A name with more addresses than this is not served better by the others.
inline constexpr size_t kMostAddresses = 8;

/// The addresses of a name, the best first.
using Resolve = std::function<boost::asio::awaitable<Result<std::vector<boost::asio::ip::tcp::endpoint>>>(
    std::string host, uint16_t port)>;

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
  /// Null: the system's resolver. Asked at each dial.
  Resolve resolve;
  /// What one address may take where there are several.
  std::chrono::milliseconds address_time = kAddressTime;
  /// What all of them may take, or the only one.
  std::chrono::milliseconds addresses_time = kAddressesTime;
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

/// Dials: name, TCP to one of its addresses, proxy, TLS, WebSocket. The name may take kDialTime; its first
/// kMostAddresses addresses `addresses_time`, and each of them `address_time` (kDialTime when it is the only
/// one) or its share of what is left of that; the rest kDialTime.
/// TLS 1.2 at least, host name checked. Errors: not_found (the name has no address), unavailable (refused,
/// timeout, stopped), unauthorised (certificate, proxy), invalid_input (CA file, the proxy's password file);
/// each with the endpoint or the file.
boost::asio::awaitable<Result<std::unique_ptr<Wire>>> dial(Endpoint endpoint,
                                                           std::shared_ptr<DialStop> stop = nullptr);

}  // namespace millrace::net
