// Our client against our server over loopback, both on one loop.
#include "core/amqp/connection.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

#include "core/amqp/message.hpp"
#include "core/net/dial.hpp"
#include "tests/support/amqp_listener.hpp"

namespace millrace::amqp {
namespace {

namespace asio = boost::asio;
using testing::ElementsAre;

class ConnectionTest : public testing::Test {
 protected:
  void SetUp() override {
    listener_ = std::make_unique<test::Listener>(
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
        [this](std::shared_ptr<Connection> connection) { server_ = std::move(connection); });
    ASSERT_TRUE(listener_->start("127.0.0.1", 0));
    asio::co_spawn(
        loop_,
        [this]() -> asio::awaitable<void> {
          auto wire = co_await net::dial({.host = "127.0.0.1", .port = listener_->port(), .tls = false});
          EXPECT_TRUE(wire) << (wire ? "" : wire.error().message);
          Connection::Events events;
          events.on_open = [this](Connection&) { client_open_ = true; };
          events.on_close = [this](const Condition& why) {
            client_closed_ = true;
            client_why_ = why;
          };
          client_ = Connection::connect(loop_.get_executor(), std::move(*wire),
                                        {.container_id = "client", .hostname = "h"}, std::move(events));
        },
        asio::detached);
    run_until([this] { return client_open_; });
  }
  void TearDown() override {
    if (client_) client_->abort();
    if (server_) server_->abort();
    listener_->stop();
    run_until([this] { return client_closed_ && server_closed_; });
  }
  template <class Condition>
  void run_until(Condition reached) {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(10);
    while (!reached()) {
      loop_.restart();
      loop_.run_one_for(std::chrono::milliseconds(100));
      ASSERT_LT(std::chrono::steady_clock::now(), deadline) << "it never happened";
    }
  }
  /// A sender of ours, accepted by the server.
  std::pair<LinkPtr, LinkPtr> sender_to_server() {
    const auto count = server_links_.size();
    auto sender = client_->open_sender("s" + std::to_string(count), "queue", Value(Map{{Symbol{"p"}, "v"}}));
    bool open = false;
    sender->on_open = [&] { open = true; };
    run_until([&] { return server_links_.size() > count; });
    auto theirs = server_links_.back();
    theirs->accept({.max_message_size = 262144});
    theirs->add_credit(10);
    run_until([&] { return open && sender->credit() == 10; });
    return {sender, theirs};
  }

  asio::io_context loop_;
  std::unique_ptr<test::Listener> listener_;
  std::shared_ptr<Connection> server_;
  std::shared_ptr<Connection> client_;
  std::vector<LinkPtr> server_links_;
  bool client_open_ = false;
  bool client_closed_ = false;
  bool server_closed_ = false;
  Condition client_why_;
  Condition server_why_;
};

TEST_F(ConnectionTest, an_attach_shows_what_the_peer_asked_for) {
  auto [ours, theirs] = sender_to_server();
  EXPECT_FALSE(theirs->is_sender());
  EXPECT_EQ(theirs->remote_target(), "queue");
  EXPECT_EQ(*theirs->remote_properties().find("p"), Value("v"));
  EXPECT_EQ(ours->remote_max_message_size(), 262144U);
  EXPECT_EQ(server_->remote_container(), "client");
}

TEST_F(ConnectionTest, every_outcome_reaches_the_sender) {
  auto [ours, theirs] = sender_to_server();
  std::map<DeliveryId, Outcome> seen;
  ours->on_outcome = [&](DeliveryId id, Outcome outcome, bool settled) {
    EXPECT_TRUE(settled);
    seen[id - 1] = std::move(outcome);
  };
  std::vector<Incoming> arrived;
  theirs->on_message = [&](Incoming message) { arrived.push_back(std::move(message)); };
  const Bytes body{1, 2, 3};
  for (int i = 0; i < 4; ++i) ours->send(body, as_bytes(std::to_string(i)));
  run_until([&] { return arrived.size() == 4; });
  EXPECT_EQ(arrived[0].bytes, body);
  theirs->settle(arrived[0].id, Outcome::accepted());
  theirs->settle(arrived[1].id, Outcome::rejected({.name = "com.microsoft:server-busy",
                                                   .description = "wait",
                                                   .info = {{Symbol{"k"}, "v"}}}));
  theirs->settle(arrived[2].id, {.kind = Outcome::Kind::released});
  theirs->settle(arrived[3].id,
                 {.kind = Outcome::Kind::modified, .undeliverable_here = true, .annotations = {{"a", 1.5}}});
  run_until([&] { return seen.size() == 4; });
  EXPECT_EQ(seen[0].kind, Outcome::Kind::accepted);
  EXPECT_EQ(seen[1].condition.name, "com.microsoft:server-busy");
  EXPECT_EQ(seen[1].condition.description, "wait");
  EXPECT_EQ(seen[1].condition.info.size(), 1U);
  EXPECT_EQ(seen[2].kind, Outcome::Kind::released);
  EXPECT_TRUE(seen[3].undeliverable_here);
  EXPECT_EQ(seen[3].annotations.size(), 1U);
}

TEST_F(ConnectionTest, a_receiver_that_leaves_what_waited_for_it_takes_no_room_from_the_next) {
  const auto receiver_from_server = [&](const std::string& name) {
    const auto count = server_links_.size();
    auto receiver = client_->open_receiver(name, {.source = "queue", .target = name});
    run_until([&] { return server_links_.size() > count; });
    server_links_.back()->accept({});
    return receiver;
  };
  auto first = receiver_from_server("first");
  auto& leaves = *server_links_.back();
  EXPECT_TRUE(leaves.has_room());
  EXPECT_TRUE(leaves.has_room(1, kUnreadBytesMost - 1));
  EXPECT_FALSE(leaves.has_room(1, kUnreadBytesMost)) << "with what is on its way";
  EXPECT_FALSE(leaves.has_room(kUnreadMessagesMost, 0));
  leaves.send(Bytes(kUnreadBytesMost), as_bytes("t"));  // without credit it waits
  EXPECT_FALSE(leaves.has_room());
  bool gone = false;
  leaves.on_close = [&](const Condition&) { gone = true; };
  first->close();
  run_until([&] { return gone; });
  const auto second = receiver_from_server("second");
  EXPECT_TRUE(server_links_.back()->has_room());
}

TEST_F(ConnectionTest, a_message_larger_than_a_frame_arrives_whole) {
  auto [ours, theirs] = sender_to_server();
  Bytes big(200'000);
  for (size_t i = 0; i < big.size(); ++i) big[i] = static_cast<uint8_t>(i * 31);
  std::optional<Incoming> arrived;
  theirs->on_message = [&](Incoming message) { arrived = std::move(message); };
  ours->send(big, as_bytes("t"));
  run_until([&] { return arrived.has_value(); });
  EXPECT_EQ(arrived->bytes, big);
  EXPECT_EQ(arrived->message_format, 0U);
}

TEST_F(ConnectionTest, a_refused_link_closes_with_the_reason_and_never_opens) {
  auto sender = client_->open_sender("s", "nowhere");
  bool opened = false;
  Condition why;
  bool closed = false;
  sender->on_open = [&] { opened = true; };
  sender->on_close = [&](const Condition& given) {
    why = given;
    closed = true;
  };
  run_until([&] { return !server_links_.empty(); });
  server_links_[0]->refuse(
      {.name = "amqp:not-found", .description = "The messaging entity 'nowhere' could not be found."});
  run_until([&] { return closed; });
  EXPECT_FALSE(opened);
  EXPECT_EQ(why.name, "amqp:not-found");
  EXPECT_TRUE(sender->is_closed());
}

TEST_F(ConnectionTest, an_answer_to_a_link_that_went_away_goes_nowhere) {
  auto receiver = client_->open_receiver("r", {.source = "queue", .target = "t"});
  run_until([&] { return !server_links_.empty(); });
  bool gone = false;
  server_links_[0]->on_close = [&](const Condition&) { gone = true; };
  receiver->close();
  run_until([&] { return gone; });
  server_links_[0]->accept({});
  server_links_[0]->refuse({.name = "x"});
  EXPECT_EQ(server_links_[0]->send(Bytes{1}, as_bytes("t")), 0U);
  auto [ours, theirs] = sender_to_server();  // the connection is well
  EXPECT_FALSE(ours->is_closed());
}

TEST_F(ConnectionTest, a_receiver_settles_and_the_server_answers) {
  auto receiver = client_->open_receiver("r", {.source = "queue", .target = "t"});
  std::vector<Bytes> received;
  receiver->on_message = [&](const Incoming& message) {
    received.push_back(message.bytes);
    receiver->settle(message.id, Outcome::accepted());
  };
  run_until([&] { return !server_links_.empty(); });
  auto sender = server_links_[0];
  EXPECT_TRUE(sender->is_sender());
  EXPECT_EQ(sender->remote_source(), "queue");
  std::vector<DeliveryId> accepted;
  sender->on_outcome = [&](DeliveryId id, const Outcome& outcome, bool) {
    EXPECT_EQ(outcome.kind, Outcome::Kind::accepted);
    accepted.push_back(id);
  };
  sender->accept({});
  receiver->add_credit(2);
  run_until([&] { return sender->credit() == 2; });
  const auto first = sender->send(Bytes{1}, as_bytes("0123456789abcdef"));
  const auto second = sender->send(Bytes{2}, as_bytes("0123456789abcdeg"));
  run_until([&] { return accepted.size() == 2; });
  EXPECT_THAT(accepted, ElementsAre(first, second));
  EXPECT_THAT(received, ElementsAre(Bytes{1}, Bytes{2}));
}

TEST_F(ConnectionTest, a_lost_connection_closes_every_link_once) {
  auto [ours, theirs] = sender_to_server();
  int closed = 0;
  ours->on_close = [&](const Condition&) { ++closed; };
  ours->send(Bytes(1000), as_bytes("t"));
  server_->abort();
  run_until([&] { return client_closed_; });
  EXPECT_EQ(closed, 1);
  EXPECT_TRUE(ours->is_closed());
  EXPECT_EQ(ours->send(Bytes{1}, as_bytes("u")), 0U);
}

TEST_F(ConnectionTest, a_link_that_is_closed_as_another_one_ends_hears_no_more) {
  const auto first = client_->open_sender("first", "queue");
  const auto second = client_->open_sender("second", "queue");
  int closed = 0;
  first->on_close = [&](const Condition&) {
    ++closed;
    second->close();
  };
  second->on_close = [&](const Condition&) {
    ++closed;
    first->close();
  };
  run_until([&] { return server_links_.size() == 2; });
  server_->abort();
  run_until([&] { return client_closed_; });
  EXPECT_EQ(closed, 1);
}

TEST_F(ConnectionTest, a_close_carries_its_reason_to_both_ends) {
  server_->close({.name = "amqp:connection:forced", .description = "upgrade"});
  run_until([this] { return client_closed_ && server_closed_; });
  EXPECT_EQ(client_why_.name, "amqp:connection:forced");
  EXPECT_EQ(client_why_.description, "upgrade");
}

TEST(Dial, a_refused_port_is_said_with_its_address) {
  asio::io_context loop;
  asio::ip::tcp::acceptor probe(loop, {asio::ip::make_address("127.0.0.1"), 0});
  const auto port = probe.local_endpoint().port();
  probe.close();
  bool done = false;
  asio::co_spawn(
      loop,
      [&]() -> asio::awaitable<void> {
        const auto wire = co_await net::dial({.host = "127.0.0.1", .port = port, .tls = false});
        EXPECT_FALSE(wire);
        EXPECT_EQ(wire.error().kind, ErrorKind::unavailable);
        EXPECT_NE(wire.error().message.find(std::to_string(port)), std::string::npos);
        done = true;
      },
      asio::detached);
  loop.run();
  EXPECT_TRUE(done);
}

}  // namespace
}  // namespace millrace::amqp
