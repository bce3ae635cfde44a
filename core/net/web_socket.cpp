#include "core/net/web_socket.hpp"

#include <utility>

#include <fmt/format.h>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/role.hpp>
#include <boost/beast/websocket/stream.hpp>

namespace millrace::net {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace websocket = beast::websocket;
using boost::system::error_code;

/// One message of ours is one frame of at most this many bytes.
constexpr size_t kFrameBytes = 64 * 1024;

/// What Beast wants of the stream below it.
class WireStream {
 public:
  using executor_type = asio::any_io_executor;
  explicit WireStream(std::unique_ptr<Wire> wire) : wire_(std::move(wire)) {}
  executor_type get_executor() { return wire_->executor(); }

  template <class Buffers, class Token>
  auto async_read_some(const Buffers& buffers, Token&& token) {
    return begin(std::forward<Token>(token), [this, into = first_of<asio::mutable_buffer>(buffers)](
                                                 error_code& failed) { return wire_->read(into, failed); });
  }
  template <class Buffers, class Token>
  auto async_write_some(const Buffers& buffers, Token&& token) {
    return begin(
        std::forward<Token>(token),
        [this, from = first_of<asio::const_buffer>(buffers)](error_code& failed) -> asio::awaitable<size_t> {
          co_await wire_->write(from, failed);
          co_return from.size();
        });
  }
  Wire& wire() { return *wire_; }

 private:
  template <class Buffer, class Buffers>
  static Buffer first_of(const Buffers& buffers) {
    for (auto at = asio::buffer_sequence_begin(buffers); at != asio::buffer_sequence_end(buffers); ++at) {
      const Buffer buffer = *at;
      if (buffer.size() > 0) return buffer;
    }
    return {};
  }
  template <class Token, class Operation>
  auto begin(Token&& token, Operation operation) {
    return asio::async_initiate<Token, void(error_code, size_t)>(
        [this](auto handler, Operation work) {
          auto run = [](Operation todo) -> asio::awaitable<std::pair<error_code, size_t>> {
            error_code failed;
            const auto count = co_await todo(failed);
            co_return std::pair(failed, count);
          };
          auto executor = asio::get_associated_executor(handler, get_executor());
          asio::co_spawn(get_executor(), run(std::move(work)),
                         asio::bind_executor(executor, [handler = std::move(handler)](
                                                           const std::exception_ptr& thrown,
                                                           std::pair<error_code, size_t> done) mutable {
                           if (thrown) done = {asio::error::fault, 0};
                           handler(done.first, done.second);
                         }));
        },
        token, std::move(operation));
  }

  std::unique_ptr<Wire> wire_;
};

// Beast finds these by name.
void beast_close_socket(WireStream& stream) {
  stream.wire().close();
}
template <class Handler>
void async_teardown(beast::role_type /*role*/, WireStream& stream, Handler&& handler) {
  stream.wire().close();
  asio::post(stream.get_executor(),
             [handler = std::forward<Handler>(handler)]() mutable { handler(error_code{}); });
}

using Stream = websocket::stream<WireStream, false>;

class WebSocketWire final : public Wire {
 public:
  explicit WebSocketWire(std::unique_ptr<Wire> wire) : stream_(std::move(wire)) {
    stream_.binary(true);
    stream_.auto_fragment(false);
    stream_.write_buffer_bytes(kFrameBytes);
    stream_.read_message_max(0);
  }
  asio::awaitable<size_t> read(asio::mutable_buffer into, error_code& failed) override {
    size_t count = 0;
    while (count == 0 && !failed && into.size() > 0) {  // an empty message is no end
      count = co_await stream_.async_read_some(into, asio::redirect_error(asio::use_awaitable, failed));
    }
    co_return count;
  }
  asio::awaitable<void> write(asio::const_buffer from, error_code& failed) override {
    co_await stream_.async_write(from, asio::redirect_error(asio::use_awaitable, failed));
  }
  asio::awaitable<void> finish() override {
    error_code ignored;
    co_await stream_.async_close(websocket::close_code::normal,
                                 asio::redirect_error(asio::use_awaitable, ignored));
  }
  void close() override { stream_.next_layer().wire().close(); }
  asio::any_io_executor executor() override { return stream_.get_executor(); }
  Stream& stream() { return stream_; }

 private:
  Stream stream_;
};

std::string with_reason(std::string_view what, const error_code& failed) {
  return fmt::format("{}: {}", what, failed.message());
}

}  // namespace

asio::awaitable<Result<std::unique_ptr<Wire>>> web_socket_connect(std::unique_ptr<Wire> wire,
                                                                  std::string host, std::string path,
                                                                  std::string subprotocol) {
  auto made = std::make_unique<WebSocketWire>(std::move(wire));
  made->stream().set_option(websocket::stream_base::decorator([&](websocket::request_type& request) {
    request.set(beast::http::field::sec_websocket_protocol, subprotocol);
  }));
  websocket::response_type response;
  error_code failed;
  co_await made->stream().async_handshake(response, host, path,
                                          asio::redirect_error(asio::use_awaitable, failed));
  if (failed == websocket::error::upgrade_declined) {
    co_return fail(ErrorKind::unavailable, fmt::format("{} answered {} instead of a WebSocket at {}", host,
                                                       response.result_int(), path));
  }
  if (failed)
    co_return fail(ErrorKind::unavailable, with_reason(fmt::format("{}: no WebSocket", host), failed));
  if (response[beast::http::field::sec_websocket_protocol] != subprotocol) {
    co_return fail(ErrorKind::unavailable,
                   fmt::format("{} speaks WebSocket, but not {} in it", host, subprotocol));
  }
  co_return made;
}

asio::awaitable<Result<std::unique_ptr<Wire>>> web_socket_accept(std::unique_ptr<Wire> wire,
                                                                 std::string request,
                                                                 std::string subprotocol) {
  auto made = std::make_unique<WebSocketWire>(std::move(wire));
  made->stream().set_option(websocket::stream_base::decorator([&](websocket::response_type& response) {
    response.set(beast::http::field::sec_websocket_protocol, subprotocol);
  }));
  error_code failed;
  co_await made->stream().async_accept(asio::buffer(request),
                                       asio::redirect_error(asio::use_awaitable, failed));
  if (failed) co_return fail(ErrorKind::invalid_input, with_reason("not a WebSocket", failed));
  co_return made;
}

}  // namespace millrace::net
