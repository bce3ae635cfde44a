// A listener and a loop to turn by hand; what the tests of connections share.
#pragma once

#include <boost/asio/io_context.hpp>

#include "tests/support/amqp_listener.hpp"

namespace millrace::amqp {

class Loopback : public testing::Test {
 protected:
  void SetUp() override { ASSERT_TRUE(listener_.start("127.0.0.1", 0)); }
  void TearDown() override {
    if (server_) server_->abort();
    listener_.stop();
    for (int i = 0; i < 20; ++i) {
      loop_.restart();
      loop_.run_one_for(std::chrono::milliseconds(1));
    }
  }
  template <class Reached>
  void run_until(Reached reached) {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(10);
    while (!reached()) {
      loop_.restart();
      loop_.run_one_for(std::chrono::milliseconds(10));
      ASSERT_LT(std::chrono::steady_clock::now(), deadline) << "it never happened";
    }
  }

  boost::asio::io_context loop_;
  test::Listener listener_{
      loop_, "server",
      [this] {
        Connection::Events events;
        events.on_link = [this](LinkPtr link) { server_links_.push_back(std::move(link)); };
        events.on_close = [this](const Condition& why) {
          server_closed_ = true;
          server_why_ = why;
        };
        return events;
      },
      [this](std::shared_ptr<Connection> connection) { server_ = std::move(connection); }};
  std::shared_ptr<Connection> server_;
  std::vector<LinkPtr> server_links_;
  bool server_closed_ = false;
  Condition server_why_;
};

}  // namespace millrace::amqp
