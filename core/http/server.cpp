#include "core/http/server.hpp"

#include <list>
#include <map>

#include <fmt/format.h>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "core/base/log.hpp"
#include "core/http/connection.hpp"
#include "core/net/deadline.hpp"
#include "core/net/web_socket.hpp"

namespace millrace::http {

namespace asio = boost::asio;
using boost::system::error_code;
using tcp = asio::ip::tcp;

namespace {

/// TLS begins with a handshake record (RFC 8446, 5.1); neither HTTP nor anything else we speak does.
constexpr uint8_t kTlsFirstByte = 0x16;

/// Whether the client begins with TLS. False too when it says nothing within the time.
asio::awaitable<bool> begins_with_tls(tcp::socket& socket, std::chrono::milliseconds time) {
  asio::steady_timer timer(socket.get_executor(), time);
  const auto over = std::make_shared<bool>(false);
  timer.async_wait([&socket, over](error_code cancelled) {
    if (!cancelled && !*over) socket.cancel();
  });
  uint8_t first = 0;
  error_code failed;
  co_await socket.async_receive(asio::buffer(&first, 1), tcp::socket::message_peek,
                                asio::redirect_error(asio::use_awaitable, failed));
  *over = true;
  co_return !failed && first == kTlsFirstByte;
}

}  // namespace

struct Server::State : std::enable_shared_from_this<Server::State> {
  State(asio::io_context& io, Options given, Router routes)
      : loop(io), options(std::move(given)), router(std::move(routes)), acceptor(io) {}

  Result<> load_tls() {
    if (!options.tls) return {};
    auto made = net::server_context(*options.tls);
    if (!made) return std::unexpected(made.error());
    tls = std::move(*made);
    return {};
  }

  Result<> listen() {
    error_code failed;
    const auto address = asio::ip::make_address(options.address, failed);
    if (failed) {
      return fail(ErrorKind::invalid_input,
                  fmt::format("'{}' is not an IP address to listen on", options.address));
    }
    const tcp::endpoint endpoint(address, options.port);
    acceptor.open(endpoint.protocol(), failed);
    if (!failed) acceptor.set_option(asio::socket_base::reuse_address(true), failed);
    if (!failed) acceptor.bind(endpoint, failed);
    if (!failed) acceptor.listen(asio::socket_base::max_listen_connections, failed);
    if (failed) {
      return fail(ErrorKind::unavailable,
                  fmt::format("cannot listen on {}:{}: {}. Is another program using the port?",
                              options.address, options.port, failed.message()));
    }
    return {};
  }

  asio::awaitable<void> accept() {
    constexpr std::chrono::milliseconds kPauseWithoutDescriptors{100};
    for (;;) {
      error_code failed;
      auto socket = co_await acceptor.async_accept(asio::redirect_error(asio::use_awaitable, failed));
      if (!acceptor.is_open()) co_return;
      if (failed) {  // out of descriptors, or the client gave up: go on after a breath
        asio::steady_timer pause(loop, kPauseWithoutDescriptors);
        co_await pause.async_wait(asio::redirect_error(asio::use_awaitable, failed));
        continue;
      }
      const auto remote = socket.remote_endpoint(failed);
      if (failed) continue;
      const auto address = remote.address().to_string();
      if (open.size() >= options.limits.connections ||
          by_address[address] >= options.limits.connections_per_address) {
        log::warn("http.connection_refused", {{"peer", address}, {"open", open.size()}});
        continue;  // closing the socket is the answer
      }
      asio::co_spawn(loop, serve(std::move(socket), address), asio::detached);
    }
  }

  asio::awaitable<void> serve(tcp::socket socket, std::string address) {
    const auto self = shared_from_this();
    ++by_address[address];
    const auto at = open.insert(open.end(), [] {});
    std::unique_ptr<net::Wire> wire;
    Takeover takeover;
    try {
      *at = [&socket] { socket.close(); };
      const bool secure = tls != nullptr && (!options.plain_beside_tls ||
                                             co_await begins_with_tls(socket, options.limits.header_time));
      if (secure) {
        wire = co_await secured(std::move(socket), at);
      } else {
        wire = net::wire_over(std::move(socket));
      }
      if (wire) {
        *at = [under = wire.get()] { under->close(); };
        takeover = co_await serve_connection(*wire, router, options.limits, {address, secure},
                                             options.other ? &*options.other : nullptr);
        if (takeover.kind != Takeover::Kind::none)
          co_await hand_over(std::move(wire), std::move(takeover), at);
      }
    } catch (const std::exception& failure) {
      log::error("http.connection_failed", {{"peer", address}, {"error", failure.what()}});
    }
    open.erase(at);
    if (--by_address[address] == 0) by_address.erase(address);
  }

  using Cut = std::list<std::function<void()>>::iterator;

  /// Null when the handshake fails.
  asio::awaitable<std::unique_ptr<net::Wire>> secured(tcp::socket socket, Cut at) {
    auto wire = net::TlsWire::over(std::move(socket), tls);
    *at = [under = wire.get()] { under->close(); };
    net::Deadline deadline(*wire);
    deadline.expires_after(options.limits.header_time);
    error_code failed;
    co_await wire->answer(failed);
    co_return failed ? nullptr : std::unique_ptr<net::Wire>(std::move(wire));
  }

  asio::awaitable<void> hand_over(std::unique_ptr<net::Wire> wire, Takeover takeover, Cut at) {
    if (takeover.kind == Takeover::Kind::stream) {
      const auto early = as_bytes(takeover.early);
      wire = net::wire_after({early.begin(), early.end()}, std::move(wire));
    } else {
      auto& under = *wire;
      net::Deadline deadline(under);
      deadline.expires_after(options.limits.header_time);
      auto made = co_await net::web_socket_accept(std::move(wire), std::move(takeover.early),
                                                  options.other->web_socket.subprotocol);
      if (!made) co_return;
      wire = std::move(*made);
    }
    *at = [] {};
    if (acceptor.is_open()) options.other->take(std::move(wire));
  }

  asio::io_context& loop;
  Options options;
  Router router;
  tcp::acceptor acceptor;
  net::TlsContext tls;
  std::list<std::function<void()>> open;  // one per connection: cuts it
  std::map<std::string, size_t> by_address;
};

Server::Server(asio::io_context& loop, Options options, Router router)
    : state_(std::make_shared<State>(loop, std::move(options), std::move(router))) {}

Server::~Server() {
  stop();
}

Result<> Server::start() {
  if (auto loaded = state_->load_tls(); !loaded) return loaded;
  if (auto listening = state_->listen(); !listening) return listening;
  asio::co_spawn(
      state_->loop, [state = state_]() -> asio::awaitable<void> { co_await state->accept(); },
      asio::detached);
  return {};
}

uint16_t Server::port() const {
  error_code failed;
  const auto endpoint = state_->acceptor.local_endpoint(failed);
  return failed ? uint16_t{0} : endpoint.port();
}

Result<> Server::renew_tls() {
  return state_->load_tls();
}

void Server::stop() {
  error_code ignored;
  state_->acceptor.close(ignored);
  for (const auto& cut : state_->open) cut();
}

}  // namespace millrace::http
