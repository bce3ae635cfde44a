// The client against frames written by hand.
#include "core/net/stream_wire.hpp"
#include "loopback.hpp"
#include "raw_peer.hpp"

namespace millrace::amqp {
namespace {

constexpr uint64_t kBegin = 0x11;
constexpr uint64_t kAttach = 0x12;
constexpr uint64_t kEnd = 0x17;
constexpr uint64_t kClose = 0x18;
constexpr uint64_t kSaslInit = 0x41;

class ClientPeerTest : public Loopback {
 protected:
  void SetUp() override {
    boost::asio::ip::tcp::acceptor acceptor(loop_, {boost::asio::ip::make_address("127.0.0.1"), 0});
    boost::asio::ip::tcp::socket socket(loop_);
    socket.connect(acceptor.local_endpoint());
    peer_.emplace(acceptor.accept());
    Connection::Events events;
    events.on_open = [this](Connection&) { open_ = true; };
    events.on_close = [this](const Condition& why) { why_ = why; };
    client_ = Connection::connect(loop_.get_executor(), net::wire_over(std::move(socket)),
                                  {.container_id = "client", .hostname = "h"}, std::move(events));
    peer_->offer();
    run_until([this] { return peer_->saw(kSaslInit); });
    peer_->welcome();
    run_until([this] { return open_ && peer_->saw(kBegin); });
  }
  void TearDown() override {
    if (!why_) client_->abort();
    run_until([this] { return why_.has_value(); });
    Loopback::TearDown();
  }
  std::optional<RawPeer> peer_;
  std::shared_ptr<Connection> client_;
  bool open_ = false;
  std::optional<Condition> why_;
};

TEST_F(ClientPeerTest, a_session_that_the_peer_ends_takes_the_connection_with_it) {
  const auto link = client_->open_receiver("r", {.source = "queue", .target = "t"});
  Condition link_why;
  link->on_close = [&](const Condition& why) { link_why = why; };
  run_until([this] { return peer_->saw(kAttach); });
  peer_->send(kEnd, {described(uint64_t{0x1d}, List{Symbol{"amqp:session:errant-link"}, "handle 7"})});
  run_until([this] { return peer_->saw(kClose); });
  EXPECT_TRUE(peer_->saw(kEnd));
  EXPECT_EQ(client_->open_receiver("again", {.source = "queue", .target = "t"}), nullptr);
  peer_->send(kClose, {});
  run_until([this] { return why_.has_value(); });
  EXPECT_EQ(link_why.name, "amqp:session:errant-link");
  EXPECT_EQ(why_->name, "amqp:session:errant-link");
  EXPECT_EQ(why_->description, "handle 7");
}

TEST_F(ClientPeerTest, who_hears_that_the_session_ended_gets_no_other_link_of_it) {
  const auto link = client_->open_receiver("r", {.source = "queue", .target = "t"});
  std::optional<LinkPtr> another;
  link->on_close = [&](const Condition&) {
    another = client_->open_receiver("again", {.source = "queue", .target = "t"});
  };
  run_until([this] { return peer_->saw(kAttach); });
  peer_->send(kEnd, {});
  run_until([&] { return another.has_value(); });
  EXPECT_EQ(*another, nullptr);
}

TEST_F(ClientPeerTest, an_end_without_a_reason_is_said_and_a_close_that_has_one_says_more) {
  peer_->send(kEnd, {});
  run_until([this] { return peer_->saw(kClose); });
  peer_->close();
  run_until([this] { return why_.has_value(); });
  EXPECT_EQ(why_->name, kSessionEnded);
}

TEST_F(ClientPeerTest, a_reason_that_comes_with_the_close_counts_though_the_session_ended_first) {
  peer_->send(kEnd, {});
  peer_->send(kClose,
              {described(uint64_t{0x1d}, List{Symbol{"amqp:connection:forced"}, "the service restarts"})});
  run_until([this] { return why_.has_value(); });
  EXPECT_EQ(why_->name, "amqp:connection:forced");
}

}  // namespace
}  // namespace millrace::amqp
