// A byte stream, whatever carries it: TCP, TLS, a Unix socket, a WebSocket.
#pragma once

#include <memory>
#include <vector>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>

#include "core/base/bytes.hpp"

namespace millrace::net {

/// One byte stream. Loop thread. One read and one write may be under way at a time; it must outlive both.
class Wire {
 public:
  virtual ~Wire() = default;
  /// Bytes read; an error ends the stream.
  virtual boost::asio::awaitable<size_t> read(boost::asio::mutable_buffer into,
                                              boost::system::error_code& failed) = 0;
  /// Writes all of it.
  virtual boost::asio::awaitable<void> write(boost::asio::const_buffer from,
                                             boost::system::error_code& failed) = 0;
  /// Tells the peer that nothing more comes. It may wait for the peer: bound it with `close`.
  virtual boost::asio::awaitable<void> finish() = 0;
  /// Ends both directions at once; what is under way fails.
  virtual void close() = 0;
  virtual boost::asio::any_io_executor executor() = 0;
};

std::unique_ptr<Wire> wire_over(boost::asio::ip::tcp::socket socket);
std::unique_ptr<Wire> wire_over(boost::asio::local::stream_protocol::socket socket);

/// A wire from which these bytes were read already: it gives them out first.
std::unique_ptr<Wire> wire_after(Bytes early, std::unique_ptr<Wire> wire);

}  // namespace millrace::net
