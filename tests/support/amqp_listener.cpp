#include "tests/support/amqp_listener.hpp"

#include <fmt/format.h>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace millrace::test {

namespace asio = boost::asio;
using boost::system::error_code;
using tcp = asio::ip::tcp;

struct Listener::State {
  explicit State(asio::io_context& io) : loop(io), acceptor(io) {}

  asio::awaitable<void> accept() {
    constexpr std::chrono::milliseconds kPauseWithoutDescriptors{100};
    for (;;) {
      error_code failed;
      auto socket = co_await acceptor.async_accept(asio::redirect_error(asio::use_awaitable, failed));
      if (!acceptor.is_open()) co_return;
      if (failed) {
        asio::steady_timer pause(loop, kPauseWithoutDescriptors);
        co_await pause.async_wait(asio::redirect_error(asio::use_awaitable, failed));
        continue;
      }
      auto connection =
          amqp::Connection::serve(loop.get_executor(), net::wire_over(std::move(socket)),
                                  {.container_id = container_id, .hostname = {}}, make_events());
      if (on_connection) on_connection(std::move(connection));
    }
  }

  asio::io_context& loop;
  tcp::acceptor acceptor;
  std::string container_id;
  MakeEvents make_events;
  OnConnection on_connection;
};

Listener::Listener(asio::io_context& loop, std::string container_id, MakeEvents make_events,
                   OnConnection on_connection)
    : state_(std::make_shared<State>(loop)) {
  state_->container_id = std::move(container_id);
  state_->make_events = std::move(make_events);
  state_->on_connection = std::move(on_connection);
}

Listener::~Listener() {
  stop();
}

Result<> Listener::start(const std::string& address, uint16_t port) {
  error_code failed;
  const auto ip = asio::ip::make_address(address, failed);
  if (failed)
    return fail(ErrorKind::invalid_input, fmt::format("'{}' is not an IP address to listen on", address));
  const tcp::endpoint endpoint(ip, port);
  state_->acceptor.open(endpoint.protocol(), failed);
  if (!failed) state_->acceptor.set_option(asio::socket_base::reuse_address(true), failed);
  if (!failed) state_->acceptor.bind(endpoint, failed);
  if (!failed) state_->acceptor.listen(asio::socket_base::max_listen_connections, failed);
  if (failed) {
    return fail(ErrorKind::unavailable,
                fmt::format("cannot listen on {}:{}: {}. Is another program using the port?", address, port,
                            failed.message()));
  }
  asio::co_spawn(
      state_->loop, [state = state_]() -> asio::awaitable<void> { co_await state->accept(); },
      asio::detached);
  return {};
}

uint16_t Listener::port() const {
  error_code failed;
  const auto endpoint = state_->acceptor.local_endpoint(failed);
  return failed ? uint16_t{0} : endpoint.port();
}

void Listener::stop() {
  error_code ignored;
  state_->acceptor.close(ignored);
}

}  // namespace millrace::test
