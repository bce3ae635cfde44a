#include "core/net/wire.hpp"

#include <algorithm>
#include <cstring>

#include "core/net/stream_wire.hpp"

namespace millrace::net {
namespace {

namespace asio = boost::asio;
using boost::system::error_code;

template <class Socket>
class SocketWire final : public StreamWire<Socket> {
 public:
  using StreamWire<Socket>::StreamWire;
  asio::awaitable<void> finish() override {
    error_code ignored;
    this->stream_.shutdown(asio::socket_base::shutdown_send, ignored);
    co_return;
  }
};

class WireAfter final : public Wire {
 public:
  WireAfter(Bytes early, std::unique_ptr<Wire> wire) : early_(std::move(early)), wire_(std::move(wire)) {}
  asio::awaitable<size_t> read(asio::mutable_buffer into, error_code& failed) override {
    if (early_.empty()) co_return co_await wire_->read(into, failed);
    const auto count = asio::buffer_copy(into, asio::buffer(early_));
    early_.erase(early_.begin(), early_.begin() + static_cast<std::ptrdiff_t>(count));
    co_return count;
  }
  asio::awaitable<void> write(asio::const_buffer from, error_code& failed) override {
    co_await wire_->write(from, failed);
  }
  asio::awaitable<void> finish() override { co_await wire_->finish(); }
  void close() override { wire_->close(); }
  asio::any_io_executor executor() override { return wire_->executor(); }

 private:
  Bytes early_;
  std::unique_ptr<Wire> wire_;
};

}  // namespace

std::unique_ptr<Wire> wire_over(asio::ip::tcp::socket socket) {
  error_code ignored;
  // Answers are small and somebody waits for each.
  socket.set_option(asio::ip::tcp::no_delay(true), ignored);
  return std::make_unique<SocketWire<asio::ip::tcp::socket>>(std::move(socket));
}

std::unique_ptr<Wire> wire_over(asio::local::stream_protocol::socket socket) {
  return std::make_unique<SocketWire<asio::local::stream_protocol::socket>>(std::move(socket));
}

std::unique_ptr<Wire> wire_after(Bytes early, std::unique_ptr<Wire> wire) {
  if (early.empty()) return wire;
  return std::make_unique<WireAfter>(std::move(early), std::move(wire));
}

}  // namespace millrace::net
