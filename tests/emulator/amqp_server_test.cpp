// How much of the bus one client, or a crowd of them, can take.
#include "emulator/protocol/amqp_server.hpp"

#include <array>
#include <deque>
#include <optional>

#include <gtest/gtest.h>
#include <boost/asio/local/connect_pair.hpp>

#include "core/amqp/message.hpp"
#include "emulator/protocol/edit_codec.hpp"
#include "emulator/protocol/message_codec.hpp"
#include "emulator/protocol/request_nodes.hpp"
#include "emulator/store/catalogue.hpp"

namespace millrace::bus {
namespace {

using Socket = boost::asio::local::stream_protocol::socket;

const AccessRule kRoot{"root", {"key"}, kManage};

/// A bus in memory with the queue `orders`, and clients on its loop.
class AmqpServerTest : public testing::Test {
 protected:
  struct Peer {
    std::shared_ptr<amqp::Connection> connection;
    bool is_open = false;
    bool is_closed = false;
    amqp::Condition why;
  };

  AmqpServerTest() {
    Definitions definitions;
    definitions.queues = {{"orders", {}, {}}};
    broker_ = load_broker(
                  store_, definitions, clock_.wall(), [] { return Uuid{}; }, read_stored, edit_stored)
                  .value();
    durable_.emplace(loop_, clock_, *broker_, store_);
    store_.start(loop_.get_executor());
  }
  ~AmqpServerTest() override {
    for (const auto& peer : peers_) peer.connection->abort();
    silent_.clear();
    run_until([&] { return !server_ || server_->is_idle(); });
    durable_->stop();
  }
  void serve(AmqpLimits limits, std::vector<AccessRule> rules = {}) {
    access_.emplace(std::move(rules), *broker_);
    server_.emplace(BusParts{loop_, clock_, *durable_, *access_, faults_, BusMetrics(registry_)}, limits);
  }
  /// Our end of a stream whose other end the server has.
  Socket stream() {
    Socket ours(loop_);
    Socket theirs(loop_);
    boost::asio::local::connect_pair(ours, theirs);
    server_->take(net::wire_over(std::move(theirs)));
    return ours;
  }
  Peer& connect() {
    auto& peer = peers_.emplace_back();
    amqp::Connection::Events events;
    events.on_open = [&peer](amqp::Connection&) { peer.is_open = true; };
    events.on_close = [&peer](const amqp::Condition& why) {
      peer.is_closed = true;
      peer.why = why;
    };
    peer.connection =
        amqp::Connection::connect(loop_.get_executor(), net::wire_over(stream()),
                                  {.container_id = "client", .hostname = "bus"}, std::move(events));
    return peer;
  }
  template <class Reached>
  void run_until(Reached reached) {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    while (!reached()) {
      loop_.restart();
      loop_.run_one_for(std::chrono::milliseconds(10));
      ASSERT_LT(std::chrono::steady_clock::now(), deadline) << "it never happened";
    }
  }

  boost::asio::io_context loop_;
  ManualClock clock_;
  metrics::Registry registry_;
  Faults faults_{clock_};
  BusStore store_ = BusStore::in_memory();
  std::unique_ptr<Broker> broker_;
  std::optional<DurableBroker> durable_;
  std::optional<Access> access_;
  std::optional<AmqpServer> server_;
  std::deque<Peer> peers_;
  std::deque<Socket> silent_;  ///< clients that say nothing
};

/// Asks one node, and counts what comes of it.
struct Requests {
  Requests(amqp::Connection& connection, const std::string& node) {
    replies = connection.open_receiver("replies", {.source = node, .target = "replies"});
    replies->on_message = [this](const amqp::Incoming&) { ++answered; };
    link = connection.open_sender("requests", node);
    link->on_flow = [this] { send(); };
    link->on_outcome = [this](amqp::DeliveryId, const amqp::Outcome& outcome, bool) {
      if (outcome.kind == amqp::Outcome::Kind::accepted) ++accepted;
      if (outcome.kind == amqp::Outcome::Kind::rejected) refusals.push_back(outcome.condition);
    };
  }
  void ask(size_t count) {
    to_send += count;
    send();
  }
  void send() {
    for (; to_send > 0 && link->credit() > 0; --to_send) {
      amqp::Message request;
      request.properties.emplace();
      request.properties->message_id = "id";
      request.properties->reply_to = "replies";
      request.application_properties.emplace_back("operation", "com.microsoft:peek-message");
      request.value = amqp::Map{{"from-sequence-number", int64_t{1}}, {"message-count", int32_t{1}}};
      link->send(amqp::encode_message(request), as_bytes(std::to_string(++tag)));
    }
  }
  bool are_settled(size_t count) const { return accepted + refusals.size() == count; }

  amqp::LinkPtr replies;
  amqp::LinkPtr link;
  size_t to_send = 0;
  size_t tag = 0;
  size_t accepted = 0;
  size_t answered = 0;
  std::vector<amqp::Condition> refusals;
};

TEST_F(AmqpServerTest, replies_that_get_no_credit_are_so_many_at_most) {
  serve({});
  for (const auto* node : {"$cbs", "orders/$management"}) {
    Requests requests(*connect().connection, node);
    requests.ask(kRepliesWaitingMost);
    run_until([&] { return requests.are_settled(kRepliesWaitingMost); });
    EXPECT_EQ(requests.accepted, kRepliesWaitingMost);
    requests.ask(1);
    run_until([&] { return requests.are_settled(kRepliesWaitingMost + 1); });
    ASSERT_EQ(requests.refusals.size(), 1U) << node;
    EXPECT_EQ(requests.refusals[0].name, "amqp:resource-limit-exceeded");
    EXPECT_EQ(requests.refusals[0].description,
              "1000 replies wait to go out. Give their links credit, and read them.");
    // One goes out, and another request is taken.
    requests.replies->add_credit(1);
    run_until([&] { return requests.answered == 1; });
    requests.ask(2);
    run_until([&] { return requests.are_settled(kRepliesWaitingMost + 3); });
    EXPECT_EQ(requests.accepted, kRepliesWaitingMost + 1);
    requests.replies->add_credit(kRepliesWaitingMost + 1);
    run_until([&] { return requests.answered == kRepliesWaitingMost + 1; });
  }
}

TEST_F(AmqpServerTest, requests_without_an_answer_yet_count_like_replies_that_wait) {
  serve({});
  faults_.add(
      {.kind = FaultKind::delay, .operation = Operation::manage, .times = 0, .delay = std::chrono::hours{1}});
  Requests requests(*connect().connection, "orders/$management");
  requests.replies->add_credit(kRepliesWaitingMost);
  requests.ask(kRepliesWaitingMost + 1);
  run_until([&] { return requests.are_settled(kRepliesWaitingMost + 1); });
  EXPECT_EQ(requests.accepted, kRepliesWaitingMost);
  EXPECT_EQ(requests.answered, 0U);
}

TEST_F(AmqpServerTest, one_connection_too_many_is_told_so_and_the_next_comes_in_when_one_has_left) {
  serve({.connections = 2});
  auto& first = connect();
  auto& second = connect();
  auto& third = connect();
  run_until([&] { return first.is_open && second.is_open && third.is_closed; });
  EXPECT_EQ(third.why.name, "amqp:resource-limit-exceeded");
  EXPECT_EQ(third.why.description, "The bus has 2 AMQP connections, which is the most. Close one first.");
  first.connection->close();
  run_until([&] { return BusMetrics(registry_).connections.value() == 1; });
  auto& fourth = connect();
  Requests requests(*fourth.connection, "$cbs");
  requests.ask(1);
  run_until([&] { return requests.accepted == 1; });
  EXPECT_FALSE(second.is_closed);
  EXPECT_EQ(kConnectionsMost, 5'000U);
}

TEST_F(AmqpServerTest, of_those_that_are_too_many_so_many_are_told_at_a_time) {
  serve({.connections = 0});
  const auto is_cut = [](Socket& ours) {
    ours.non_blocking(true);
    std::array<char, 64> heard{};
    boost::system::error_code failed;
    ours.read_some(boost::asio::buffer(heard), failed);
    return failed == boost::asio::error::eof;
  };
  for (size_t i = 0; i < kRefusalsMost; ++i) silent_.push_back(stream());
  EXPECT_FALSE(is_cut(silent_.back()));
  silent_.push_back(stream());
  EXPECT_TRUE(is_cut(silent_.back()));
}

TEST_F(AmqpServerTest, who_shows_no_valid_claim_in_time_is_sent_away) {
  serve({.claim_time = std::chrono::milliseconds{1}}, {kRoot});
  auto& stranger = connect();
  run_until([&] { return stranger.is_closed; });
  EXPECT_TRUE(stranger.is_open) << "it is told why";
  EXPECT_EQ(stranger.why.name, "amqp:unauthorized-access");
  EXPECT_EQ(kClaimTime, std::chrono::seconds{20});
}

TEST_F(AmqpServerTest, a_claim_within_the_time_is_enough) {
  const Access access({kRoot}, *broker_);
  int sent_away = 0;
  const auto expect = [&](Claims& claims) { claims.expect(Millis{0}, [&] { ++sent_away; }); };
  const auto with_key = std::make_shared<Claims>(loop_, clock_, access);
  expect(*with_key);
  ASSERT_TRUE(with_key->put_key("root", "key"));
  const auto with_token = std::make_shared<Claims>(loop_, clock_, access);
  expect(*with_token);
  ASSERT_TRUE(with_token->put(sign_for_namespace(kRoot, clock_.wall())));
  with_token->stop();  // or it would wait for the token to lapse
  const auto with_none = std::make_shared<Claims>(loop_, clock_, access);
  expect(*with_none);
  ASSERT_FALSE(with_none->put_key("root", "wrong"));
  ASSERT_FALSE(with_none->put("SharedAccessSignature sr=a"));
  loop_.run();
  EXPECT_EQ(sent_away, 1) << "the one without";

  const Access off({}, *broker_);
  const auto anybody = std::make_shared<Claims>(loop_, clock_, off);
  expect(*anybody);
  loop_.restart();
  loop_.run();
  EXPECT_EQ(sent_away, 1);
}

}  // namespace
}  // namespace millrace::bus
