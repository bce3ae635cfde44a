#include "core/amqp/wire.hpp"

#include <fmt/format.h>
#include <boost/asio/connect.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/error.hpp>
#include <boost/asio/ssl/host_name_verification.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

namespace millrace::amqp {
namespace {

namespace asio = boost::asio;
using boost::system::error_code;
using tcp = asio::ip::tcp;

class TcpWire final : public Wire {
 public:
  explicit TcpWire(tcp::socket socket) : socket_(std::move(socket)) {
    error_code ignored;
    // Dispositions are small and somebody waits for each.
    socket_.set_option(tcp::no_delay(true), ignored);
  }
  asio::awaitable<size_t> read(asio::mutable_buffer into, error_code& failed) override {
    co_return co_await socket_.async_read_some(asio::buffer(into),
                                               asio::redirect_error(asio::use_awaitable, failed));
  }
  asio::awaitable<void> write(asio::const_buffer from, error_code& failed) override {
    co_await asio::async_write(socket_, asio::buffer(from),
                               asio::redirect_error(asio::use_awaitable, failed));
  }
  void close() override {
    error_code ignored;
    socket_.shutdown(tcp::socket::shutdown_both, ignored);
    socket_.close(ignored);
  }
  tcp::socket& socket() { return socket_; }

 private:
  tcp::socket socket_;
};

class TlsWire final : public Wire {
 public:
  TlsWire(tcp::socket socket, std::shared_ptr<asio::ssl::context> context)
      : context_(std::move(context)), stream_(std::move(socket), *context_) {
    error_code ignored;
    stream_.next_layer().set_option(tcp::no_delay(true), ignored);
  }
  asio::awaitable<size_t> read(asio::mutable_buffer into, error_code& failed) override {
    co_return co_await stream_.async_read_some(asio::buffer(into),
                                               asio::redirect_error(asio::use_awaitable, failed));
  }
  asio::awaitable<void> write(asio::const_buffer from, error_code& failed) override {
    co_await asio::async_write(stream_, asio::buffer(from),
                               asio::redirect_error(asio::use_awaitable, failed));
  }
  void close() override {
    error_code ignored;
    stream_.next_layer().shutdown(tcp::socket::shutdown_both, ignored);
    stream_.next_layer().close(ignored);
  }
  asio::awaitable<void> handshake(const std::string& host, error_code& failed) {
    error_code no_address;
    asio::ip::make_address(host, no_address);
    // RFC 6066: an address is no server name.
    if (no_address) SSL_set_tlsext_host_name(stream_.native_handle(), host.c_str());
    stream_.set_verify_mode(asio::ssl::verify_peer, failed);
    stream_.set_verify_callback(asio::ssl::host_name_verification(host), failed);
    co_await stream_.async_handshake(asio::ssl::stream_base::client,
                                     asio::redirect_error(asio::use_awaitable, failed));
  }

 private:
  std::shared_ptr<asio::ssl::context> context_;
  asio::ssl::stream<tcp::socket> stream_;
};

Result<std::shared_ptr<asio::ssl::context>> tls_context(const Endpoint& endpoint) {
  auto context = std::make_shared<asio::ssl::context>(asio::ssl::context::tls_client);
  error_code failed;
  context->set_options(asio::ssl::context::no_tlsv1 | asio::ssl::context::no_tlsv1_1, failed);
  context->set_default_verify_paths(failed);
  if (!endpoint.ca_file.empty()) {
    context->load_verify_file(endpoint.ca_file.string(), failed);
    if (failed) {
      return fail(ErrorKind::invalid_input, fmt::format("{}: not a file of PEM certificates: {}",
                                                        endpoint.ca_file.string(), failed.message()));
    }
  }
  return context;
}

}  // namespace

std::unique_ptr<Wire> wire_over(tcp::socket socket) {
  return std::make_unique<TcpWire>(std::move(socket));
}

namespace {

/// What the time limit cuts. Shared with its timer, whose handler may run after the dialling coroutine has
/// ended.
struct Attempt {
  explicit Attempt(const asio::any_io_executor& executor)
      : resolver(executor), socket(executor), timer(executor, kDialTime) {}
  void cut(bool is_late) {
    late = is_late;
    over = true;
    resolver.cancel();
    error_code ignored;
    socket.close(ignored);
    if (tls) tls->close();
  }
  tcp::resolver resolver;
  tcp::socket socket;
  asio::steady_timer timer;
  std::unique_ptr<TlsWire> tls;
  bool late = false;
  bool over = false;
};

asio::awaitable<Result<std::unique_ptr<Wire>>> connect(Endpoint endpoint, std::shared_ptr<Attempt> attempt) {
  const auto name = fmt::format("{}:{}", endpoint.host, endpoint.port);
  const auto fail_with = [&](const char* doing, error_code why) {
    return fail(ErrorKind::unavailable,
                attempt->late   ? fmt::format("{}: no answer within {} s", name, kDialTime.count())
                : attempt->over ? fmt::format("{}: stopped while dialling", name)
                                : fmt::format("{}: {}: {}", name, doing, why.message()));
  };
  error_code failed;
  if (attempt->over) co_return fail_with("", failed);
  const auto addresses = co_await attempt->resolver.async_resolve(
      endpoint.host, std::to_string(endpoint.port), asio::redirect_error(asio::use_awaitable, failed));
  if (failed || attempt->over) co_return fail_with("cannot resolve the name", failed);
  co_await asio::async_connect(attempt->socket, addresses, asio::redirect_error(asio::use_awaitable, failed));
  if (failed || attempt->over) co_return fail_with("cannot connect", failed);
  if (!endpoint.tls) co_return wire_over(std::move(attempt->socket));

  auto context = tls_context(endpoint);
  if (!context) co_return std::unexpected(context.error());
  attempt->tls = std::make_unique<TlsWire>(std::move(attempt->socket), *context);
  co_await attempt->tls->handshake(endpoint.host, failed);
  if (failed && !attempt->over && failed.category() == asio::error::get_ssl_category()) {
    co_return fail(
        ErrorKind::unauthorised,
        fmt::format("{}: TLS failed: {}. Check the certificate authority, the host name and the clock.", name,
                    failed.message()));
  }
  if (failed || attempt->over) co_return fail_with("TLS failed", failed);
  co_return std::unique_ptr<Wire>(std::move(attempt->tls));
}

}  // namespace

asio::awaitable<Result<std::unique_ptr<Wire>>> dial(Endpoint endpoint, std::shared_ptr<DialStop> stop) {
  auto attempt = std::make_shared<Attempt>(co_await asio::this_coro::executor);
  attempt->timer.async_wait([attempt](error_code cancelled) {
    if (!cancelled) attempt->cut(true);
  });
  if (stop) stop->cut = [attempt] { attempt->cut(false); };
  if (stop && stop->is_stopped()) attempt->over = true;
  auto wire = co_await connect(std::move(endpoint), attempt);
  if (stop) stop->cut = nullptr;
  attempt->timer.cancel();
  co_return wire;
}

}  // namespace millrace::amqp
