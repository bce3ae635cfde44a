// The wire over an Asio stream.
#pragma once

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include "core/net/wire.hpp"

namespace millrace::net {

/// `Stream` is a socket, or a stream over one; `Base` adds to what a wire can do.
template <class Stream, class Base = Wire>
class StreamWire : public Base {
 public:
  template <class... Args>
  explicit StreamWire(Args&&... args) : stream_(std::forward<Args>(args)...) {}

  boost::asio::awaitable<size_t> read(boost::asio::mutable_buffer into,
                                      boost::system::error_code& failed) override {
    co_return co_await stream_.async_read_some(
        boost::asio::buffer(into), boost::asio::redirect_error(boost::asio::use_awaitable, failed));
  }
  boost::asio::awaitable<void> write(boost::asio::const_buffer from,
                                     boost::system::error_code& failed) override {
    co_await boost::asio::async_write(stream_, boost::asio::buffer(from),
                                      boost::asio::redirect_error(boost::asio::use_awaitable, failed));
  }
  void close() override {
    boost::system::error_code ignored;
    stream_.lowest_layer().shutdown(boost::asio::socket_base::shutdown_both, ignored);
    stream_.lowest_layer().close(ignored);
  }
  boost::asio::any_io_executor executor() override { return stream_.get_executor(); }

 protected:
  Stream stream_;
};

}  // namespace millrace::net
