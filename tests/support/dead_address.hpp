// An address from which nothing comes, as behind a firewall that drops.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>

namespace millrace::test {

/// Listens and takes nobody: its queue is full, so that a SYN to it has no answer.
class DeadAddress {
 public:
  explicit DeadAddress(boost::asio::io_context& loop) : acceptor_(loop), first_(loop) {
    acceptor_.open(boost::asio::ip::tcp::v4());
    acceptor_.bind({boost::asio::ip::make_address("127.0.0.1"), 0});
    acceptor_.listen(0);
    first_.connect(acceptor_.local_endpoint());
  }
  boost::asio::ip::tcp::endpoint endpoint() const { return acceptor_.local_endpoint(); }

 private:
  boost::asio::ip::tcp::acceptor acceptor_;
  boost::asio::ip::tcp::socket first_;
};

}  // namespace millrace::test
