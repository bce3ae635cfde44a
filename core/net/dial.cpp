#include "core/net/dial.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include <fmt/format.h>
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

/// One dial. Shared with its timers, whose handlers may run after the dialling coroutine has ended.
class Attempt : public std::enable_shared_from_this<Attempt> {
 public:
  Attempt(const asio::any_io_executor& executor, Endpoint endpoint)
      : endpoint_(std::move(endpoint)),
        name_(host_and_port(endpoint_.host, endpoint_.port)),
        resolver_(executor),
        socket_(executor),
        timer_(executor),
        address_timer_(executor) {}

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

  /// From now; replaces the earlier one.
  void limit() {
    timer_.expires_after(kDialTime);
    timer_.async_wait([self = shared_from_this()](error_code /*cancelled*/) {
      // A handler that was on its way when the time was moved sees the new one.
      if (self->timer_.expiry() <= std::chrono::steady_clock::now()) self->cut(true);
    });
  }
  void limit_never() { timer_.expires_at(asio::steady_timer::time_point::max()); }
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
    const auto addresses = co_await resolve(host, port);
    if (!addresses) co_return std::unexpected(addresses.error());
    limit_never();  // each address has its own time
    if (const auto failed = co_await reach_one_of(*addresses); failed || over_) {
      const auto count = addresses->size();
      const auto where = count == 1 ? way : fmt::format("any of the {} addresses of {}", count, way);
      co_return failure(fmt::format("cannot connect to {}", where).c_str(), failed);
    }
    limit();
    if (!endpoint_.proxy) co_return Result<>{};
    BorrowedSocket wire(socket_);
    auto through = co_await connect_through(wire, *endpoint_.proxy, target);
    if (over_) co_return failure("", {});
    co_return through;
  }

  asio::awaitable<Result<std::vector<tcp::endpoint>>> resolve(const std::string& host, uint16_t port) {
    const auto unknown = [&](const std::string& why) {
      return fail(ErrorKind::not_found, fmt::format("{}: cannot resolve {}: {}", name_, host, why));
    };
    std::vector<tcp::endpoint> addresses;
    if (endpoint_.resolve) {
      auto found = co_await endpoint_.resolve(host, port);
      if (over_) co_return failure("", {});
      if (!found) co_return unknown(found.error().message);
      addresses = std::move(*found);
    } else {
      error_code failed;
      const auto found = co_await resolver_.async_resolve(host, std::to_string(port),
                                                          asio::redirect_error(asio::use_awaitable, failed));
      if (over_) co_return failure("", {});
      if (failed) co_return unknown(failed.message());
      for (const auto& each : found) addresses.push_back(each.endpoint());
    }
    if (addresses.empty()) co_return unknown("it has no address");
    if (addresses.size() > kMostAddresses) addresses.resize(kMostAddresses);
    co_return addresses;
  }

  /// One that never answers costs its own time, and not that of the next; where they are many, all are tried
  /// for a shorter time rather than the first ones alone.
  asio::awaitable<error_code> reach_one_of(const std::vector<tcp::endpoint>& addresses) {
    using std::chrono::milliseconds;
    const milliseconds most = addresses.size() == 1 ? kDialTime : endpoint_.address_time;
    const auto end = std::chrono::steady_clock::now() + endpoint_.addresses_time;
    auto untried = static_cast<int64_t>(addresses.size());
    error_code failed;
    for (const auto& address : addresses) {
      const auto left = std::chrono::ceil<milliseconds>(end - std::chrono::steady_clock::now());
      failed = co_await reach(address, std::min<milliseconds>(most, left / untried--));
      if (!failed || over_) break;
    }
    co_return failed;
  }

  asio::awaitable<error_code> reach(const tcp::endpoint& address, std::chrono::milliseconds time) {
    late_address_ = false;
    address_timer_.expires_after(time);
    address_timer_.async_wait([self = shared_from_this(), turn = ++turn_](error_code cancelled) {
      if (cancelled || turn != self->turn_) return;
      self->late_address_ = true;
      error_code ignored;
      self->socket_.close(ignored);
    });
    error_code failed;
    co_await socket_.async_connect(address, asio::redirect_error(asio::use_awaitable, failed));
    ++turn_;
    address_timer_.cancel();
    if (late_address_) failed = asio::error::timed_out;
    error_code ignored;
    if (failed) socket_.close(ignored);
    co_return failed;
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
  asio::steady_timer address_timer_;
  unsigned turn_ = 0;  // of the address timer: a handler of an earlier turn says nothing
  bool late_address_ = false;
  std::function<void()> cut_;  // of the wire that has taken the socket over
  bool late_ = false;
  bool over_ = false;
  bool done_ = false;
};

}  // namespace

asio::awaitable<Result<std::unique_ptr<Wire>>> dial(Endpoint endpoint, std::shared_ptr<DialStop> stop) {
  const auto attempt = std::make_shared<Attempt>(co_await asio::this_coro::executor, std::move(endpoint));
  attempt->limit();
  if (stop) stop->cut = [attempt] { attempt->cut(false); };
  if (stop && stop->is_stopped()) attempt->cut(false);
  auto wire = co_await attempt->run();
  if (stop) stop->cut = nullptr;
  attempt->done();
  co_return wire;
}

}  // namespace millrace::net
