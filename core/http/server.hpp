// The HTTP server: routes, limits, static files, TLS.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <boost/asio/io_context.hpp>

#include "core/http/message.hpp"
#include "core/net/dial.hpp"
#include "core/net/tls.hpp"

namespace millrace::http {

struct Limits {
  size_t header_bytes = 8 * 1024;
  size_t body_bytes = 64 * 1024;
  std::chrono::milliseconds header_time{5'000};
  std::chrono::milliseconds idle_time{30'000};
  size_t connections = 1024;             ///< in all
  size_t connections_per_address = 256;  ///< from one client address
};

/// Finds the handler for a request. A route is a method and a path whose segments are literal or `{name}`.
/// Unknown path: 404; known path, other method: 405 with Allow. HEAD is served by GET's handler without a
/// body.
class Router {
 public:
  void add(std::string method, std::string_view path, Handler handler);
  /// Serves GET below `folder` for every path that no route takes; `/` is index.html. Immutable caching for
  /// names under /assets/, no-cache for the rest. Paths cannot leave the folder.
  void files(std::filesystem::path folder);
  /// Serves what no route takes, instead of files.
  void otherwise(Handler handler);
  /// Every route as `GET /path/{name}`, in the order of adding.
  std::vector<std::string> routes() const;
  /// Runs the handler; an exception becomes 500 and a log line.
  boost::asio::awaitable<Response> handle(Request& request) const;

 private:
  struct Route {
    std::string method;
    std::vector<std::string> segments;
    Handler handler;
  };
  std::vector<Route> routes_;
  std::filesystem::path folder_;
  Handler otherwise_;

  static boost::asio::awaitable<Response> guarded(const Handler& handler, Request& request);
};

/// Another protocol on the same port.
struct OtherProtocol {
  std::string first_bytes;        ///< how its connections begin, and no HTTP request does
  net::WebSocketPath web_socket;  ///< where it is also spoken inside a WebSocket
  std::function<void(std::unique_ptr<net::Wire>)> take;
  /// Why a request may not become a WebSocket. Null, or without an answer: it may.
  std::function<std::optional<Response>(const Request&)> refuse_web_socket;
};

/// What becomes of a connection when HTTP is done with it.
struct Takeover {
  enum class Kind { none, stream, web_socket };
  Kind kind = Kind::none;
  std::string early;  ///< was read already: the stream's first bytes, or the head of the upgrade's request
};

/// Accepts connections on the loop. Every response carries the security headers of `server.cpp` (CSP without
/// unsafe-inline, nosniff, no referrer, frame-ancestors 'none'). Keep-alive. Over a bound of size: 413 or
/// 431; of time or of connections: the connection is closed.
class Server {
 public:
  struct Options {
    std::string address = "127.0.0.1";
    uint16_t port = 0;  ///< 0 takes a free port
    std::optional<net::Identity> tls;
    /// Plain connections are served too; the first byte tells.
    bool plain_beside_tls = false;
    std::optional<OtherProtocol> other;
    Limits limits;
  };
  Server(boost::asio::io_context& loop, Options options, Router router);
  ~Server();
  /// Errors: unavailable (address in use), invalid_input (address, certificate), with what to do.
  Result<> start();
  uint16_t port() const;
  /// Reads the files of `tls` again, for connections from now on. Errors: invalid_input; the old ones stay.
  Result<> renew_tls();
  /// Stops accepting and closes idle and open connections. Idempotent.
  void stop();

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace millrace::http
