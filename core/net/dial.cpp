#include "core/net/dial.hpp"

#include <utility>

#include <fmt/format.h>
#include <boost/asio/connect.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/ssl/error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "core/net/stream_wire.hpp"
#include "core/net/tls.hpp"
#include "core/net/web_socket.hpp"

namespace millrace::net {
namespace {

namespace asio = boost::asio;
using boost::system::error_code;
using tcp = asio::ip::tcp;

std::string host_and_port(const std::string& host, uint16_t port) {
  return host.contains(':') ? fmt::format("[{}]:{}", host, port) : fmt::format("{}:{}", host, port);
}

class BorrowedSocket final : public StreamWire<tcp::socket&> {
 public:
  using StreamWire::StreamWire;
  asio::awaitable<void> finish() override { co_return; }
};

/// One dial. Shared with its timer, whose handler may run after the dialling coroutine has ended.
class Attempt {
 public:
  Attempt(const asio::any_io_executor& executor, Endpoint endpoint)
      : endpoint_(std::move(endpoint)),
        name_(host_and_port(endpoint_.host, endpoint_.port)),
        resolver_(executor),
        socket_(executor),
        timer_(executor) {}

  asio::awaitable<Result<std::unique_ptr<Wire>>> run() {
    if (over_) co_return failure("", {});
    if (auto connected = co_await connect(); !connected) co_return std::unexpected(connected.error());
    std::unique_ptr<Wire> wire;
    if (endpoint_.tls) {
      auto secured = co_await secure();
      if (!secured) co_return std::unexpected(secured.error());
      wire = std::move(*secured);
    } else {
      wire = wire_over(std::move(socket_));
    }
    if (endpoint_.web_socket) {
      cut_ = [under = wire.get()] { under->close(); };
      auto made = co_await web_socket_connect(std::move(wire), endpoint_.host, endpoint_.web_socket->path,
                                              endpoint_.web_socket->subprotocol);
      cut_ = nullptr;
      if (over_) co_return failure("", {});
      if (!made) co_return std::unexpected(made.error());
      wire = std::move(*made);
    }
    co_return wire;
  }

  void limit(const std::shared_ptr<Attempt>& self) {
    timer_.expires_after(kDialTime);
    timer_.async_wait([self](error_code cancelled) {
      if (!cancelled) self->cut(true);
    });
  }
  void cut(bool is_late) {
    if (done_) return;
    late_ = is_late;
    over_ = true;
    resolver_.cancel();
    error_code ignored;
    socket_.close(ignored);
    if (cut_) cut_();
  }
  /// What was dialled is somebody else's now.
  void done() {
    done_ = true;
    timer_.cancel();
  }

 private:
  std::unexpected<Error> failure(const char* doing, error_code why) const {
    if (late_)
      return fail(ErrorKind::unavailable, fmt::format("{}: no answer within {} s", name_, kDialTime.count()));
    if (over_) return fail(ErrorKind::unavailable, fmt::format("{}: stopped while dialling", name_));
    return fail(ErrorKind::unavailable, fmt::format("{}: {}: {}", name_, doing, why.message()));
  }

  /// TCP to the peer, or through the proxy.
  asio::awaitable<Result<>> connect() {
    auto host = endpoint_.address.empty() ? endpoint_.host : endpoint_.address;
    auto port = endpoint_.address_port == 0 ? endpoint_.port : endpoint_.address_port;
    const auto target = host_and_port(host, port);
    if (endpoint_.proxy) {
      host = endpoint_.proxy->host;
      port = endpoint_.proxy->port;
    }
    const auto way = host_and_port(host, port);
    error_code failed;
    const auto addresses = co_await resolver_.async_resolve(
        host, std::to_string(port), asio::redirect_error(asio::use_awaitable, failed));
    if (failed || over_) co_return failure(fmt::format("cannot resolve {}", host).c_str(), failed);
    co_await asio::async_connect(socket_, addresses, asio::redirect_error(asio::use_awaitable, failed));
    if (failed || over_) co_return failure(fmt::format("cannot connect to {}", way).c_str(), failed);
    if (!endpoint_.proxy) co_return Result<>{};
    BorrowedSocket wire(socket_);
    auto through = co_await connect_through(wire, *endpoint_.proxy, target);
    if (over_) co_return failure("", {});
    co_return through;
  }

  asio::awaitable<Result<std::unique_ptr<Wire>>> secure() {
    auto context = client_context(endpoint_.ca_file, endpoint_.identity);
    if (!context) co_return std::unexpected(context.error());
    auto tls = TlsWire::over(std::move(socket_), *context);
    cut_ = [under = tls.get()] { under->close(); };
    error_code failed;
    co_await tls->greet(endpoint_.host, failed);
    cut_ = nullptr;
    if (failed && !over_ && failed.category() == asio::error::get_ssl_category()) {
      co_return fail(
          ErrorKind::unauthorised,
          fmt::format("{}: TLS failed: {}. Check the certificate authority, the host name and the clock.",
                      name_, failed.message()));
    }
    if (failed || over_) co_return failure("TLS failed", failed);
    co_return tls;
  }

  Endpoint endpoint_;
  std::string name_;
  tcp::resolver resolver_;
  tcp::socket socket_;
  asio::steady_timer timer_;
  std::function<void()> cut_;  // of the wire that has taken the socket over
  bool late_ = false;
  bool over_ = false;
  bool done_ = false;
};

}  // namespace

asio::awaitable<Result<std::unique_ptr<Wire>>> dial(Endpoint endpoint, std::shared_ptr<DialStop> stop) {
  const auto attempt = std::make_shared<Attempt>(co_await asio::this_coro::executor, std::move(endpoint));
  attempt->limit(attempt);
  if (stop) stop->cut = [attempt] { attempt->cut(false); };
  if (stop && stop->is_stopped()) attempt->cut(false);
  auto wire = co_await attempt->run();
  if (stop) stop->cut = nullptr;
  attempt->done();
  co_return wire;
}

}  // namespace millrace::net
