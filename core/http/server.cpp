#include "core/http/server.hpp"

#include <list>
#include <map>

#include <fmt/format.h>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "core/base/log.hpp"
#include "core/http/connection.hpp"

namespace millrace::http {

namespace asio = boost::asio;
using boost::system::error_code;
using tcp = asio::ip::tcp;

namespace {

Result<> load(asio::ssl::context& context, const Tls& tls) {
  error_code failed;
  context.set_options(asio::ssl::context::default_workarounds | asio::ssl::context::no_sslv2 |
                          asio::ssl::context::no_sslv3 | asio::ssl::context::no_tlsv1 |
                          asio::ssl::context::no_tlsv1_1,
                      failed);
  context.use_certificate_chain_file(tls.certificate.string(), failed);
  if (failed) {
    return fail(ErrorKind::invalid_input, fmt::format("{}: not a PEM certificate chain: {}",
                                                      tls.certificate.string(), failed.message()));
  }
  context.use_private_key_file(tls.key.string(), asio::ssl::context::pem, failed);
  if (failed) {
    return fail(ErrorKind::invalid_input,
                fmt::format("{}: not the PEM private key of {}: {}", tls.key.string(),
                            tls.certificate.string(), failed.message()));
  }
  return {};
}

}  // namespace

Result<> check(const Tls& tls) {
  asio::ssl::context context(asio::ssl::context::tls_server);
  return load(context, tls);
}

struct Server::State : std::enable_shared_from_this<Server::State> {
  State(asio::io_context& io, Options given, Router routes)
      : loop(io), options(std::move(given)), router(std::move(routes)), acceptor(io) {}

  Result<> load_tls() {
    if (!options.tls) return {};
    tls.emplace(asio::ssl::context::tls_server);
    return load(*tls, *options.tls);
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
    try {
      co_await serve_connection(std::move(socket), tls ? &*tls : nullptr, router, options.limits,
                                [&at](std::function<void()> cut) { *at = std::move(cut); });
    } catch (const std::exception& failure) {
      log::error("http.connection_failed", {{"peer", address}, {"error", failure.what()}});
    }
    open.erase(at);
    if (--by_address[address] == 0) by_address.erase(address);
  }

  asio::io_context& loop;
  Options options;
  Router router;
  tcp::acceptor acceptor;
  std::optional<asio::ssl::context> tls;
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

void Server::stop() {
  error_code ignored;
  state_->acceptor.close(ignored);
  for (const auto& cut : state_->open) cut();
}

}  // namespace millrace::http
