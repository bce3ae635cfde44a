// Receivers of a client: whoever waits for an answer gets one, and nobody is called after the end.
#include "../amqp/loopback.hpp"
#include "client_fixture.hpp"
#include "core/net/stream_wire.hpp"

namespace millrace::servicebus {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr auto kPatience = std::chrono::seconds{61};
/// The lock token of a message, as its delivery tag.
constexpr std::string_view kTag = "0123456789abcdef";

class ReceiverTest : public ClientTest {
 protected:
  void SetUp() override {
    ClientTest::SetUp();
    client_->start();
    run_until([this] { return ups_ == 1; });
    receiver_ = client_->receive(
        {.entity = "queue"},
        {.on_open = [this](const std::string&) { ++opens_; },
         .on_message = [this](Received received) { messages_.push_back(std::move(received)); },
         .on_lost = [this](std::string reason) { losses_.push_back(std::move(reason)); }});
    run_until([this] { return opens_ == 1; });
  }
  void TearDown() override {
    if (receiver_) receiver_->close();
    ClientTest::TearDown();
  }
  void turn_for_a_while() {
    for (int turn = 0; turn < 50; ++turn) {
      loop_.restart();
      loop_.run_one_for(std::chrono::milliseconds(1));
    }
  }
  /// A message that the client has in hand.
  void hand_out(bool settled = false) {
    run_until([this] { return service_.receivers.back()->credit() > 0; });
    amqp::Message message;
    message.data = {Bytes{1}};
    service_.receivers.back()->send(amqp::encode_message(message), as_bytes(std::string(kTag)), settled);
    run_until([this] { return messages_.size() == 1; });
  }
  void settle() {
    receiver_->settle(messages_[0].lock_token, {},
                      [this](Result<> told) { told_.push_back(std::move(told)); });
  }
  /// Asks the management node, and waits until it has the question.
  void ask() {
    const auto before = service_.requests.size();
    receiver_->set_session_state(Bytes{1}, [this](Result<> told) { told_.push_back(std::move(told)); });
    run_until([&] { return service_.requests.size() > before; });
  }
  /// Something else goes wrong, for which the client itself gives the connection up.
  void make_client_give_up() {
    service_.links[0]->close({.name = "amqp:internal-error", .description = "out of luck"});
    run_until([this] { return !downs_.empty(); });
  }
  void expect_told_unavailable(const std::string& why) {
    ASSERT_EQ(told_.size(), 1U);
    ASSERT_FALSE(told_[0]);
    EXPECT_EQ(told_[0].error().kind, ErrorKind::unavailable);
    EXPECT_THAT(told_[0].error().message, HasSubstr(why));
  }

  std::shared_ptr<Receiver> receiver_;
  int opens_ = 0;
  std::vector<Received> messages_;
  std::vector<std::string> losses_;
  std::vector<Result<>> told_;
};

TEST_F(ReceiverTest, a_question_that_is_open_when_the_client_gives_the_connection_up_has_an_answer) {
  ask();
  make_client_give_up();
  expect_told_unavailable("out of luck");
  EXPECT_THAT(losses_, ElementsAre(HasSubstr("'queue': 'events': amqp:internal-error")));
}

TEST_F(ReceiverTest, a_settlement_that_is_open_when_the_client_gives_the_connection_up_has_an_answer) {
  hand_out();
  settle();
  make_client_give_up();
  expect_told_unavailable("out of luck");
}

TEST_F(ReceiverTest, a_service_that_does_not_wait_for_a_session_is_not_asked_as_fast_as_it_answers) {
  const auto before = service_.receivers.size();
  service_.has_no_session = true;
  const auto next = client_->receive({.entity = "sessions", .session = ""}, {});
  const auto begun = std::chrono::steady_clock::now();
  run_until([&] { return service_.receivers.size() > before; });
  turn_for_a_while();
  // The first pause is half of the least at the shortest; on a slow machine a few of them may have passed.
  const auto pauses = (std::chrono::steady_clock::now() - begun) / (kAttachAgainFirst / 2);
  EXPECT_LE(service_.receivers.size(), before + 1 + static_cast<size_t>(pauses));
  clock_.ahead = kPatience;
  run_until([&] { return service_.receivers.size() >= before + 2; });
  next->close();
}

TEST_F(ReceiverTest, a_question_that_has_no_answer_is_given_up_in_time_and_the_link_made_anew) {
  ask();
  clock_.ahead = kPatience;
  run_until([this] { return told_.size() == 1 && opens_ == 2; });
  expect_told_unavailable("no answer within");
  EXPECT_THAT(losses_, ElementsAre(HasSubstr("'queue': no answer within")));
  EXPECT_EQ(service_.connections, 1) << "senders have no part in it";
  ask();
  service_.answer_request();
  run_until([this] { return told_.size() == 2; });
  EXPECT_TRUE(told_[1]) << told_[1].error().message;
}

TEST_F(ReceiverTest, a_settlement_that_has_no_answer_is_given_up_in_time_and_the_link_made_anew) {
  hand_out();
  settle();
  clock_.ahead = kPatience;
  run_until([this] { return opens_ == 2; });
  expect_told_unavailable("no answer within");
}

TEST_F(ReceiverTest, an_attach_that_has_no_answer_is_tried_again) {
  service_.ignores_receivers = true;
  service_.receivers[0]->close({.name = "amqp:link:detach-forced", .description = "IdleTimerExpired"});
  run_until([this] { return service_.receivers.size() == 2; });
  service_.ignores_receivers = false;
  clock_.ahead = kPatience;
  run_until([this] { return opens_ == 2; });
  EXPECT_THAT(losses_, ElementsAre(HasSubstr("Idle"), HasSubstr("no answer within")));
}

TEST_F(ReceiverTest, a_token_that_has_no_answer_costs_the_connection) {
  service_.ignores_tokens = true;
  const auto before = service_.tokens.size();
  const auto other = client_->receive({.entity = "other"}, {});
  run_until([&] { return service_.tokens.size() > before; });
  clock_.ahead = kPatience;
  run_until([this] { return !downs_.empty(); });
  EXPECT_THAT(downs_[0], HasSubstr("no answer from $cbs within"));
  EXPECT_THAT(kinds(), ElementsAre(TroubleKind::no_answer));
}

TEST_F(ReceiverTest, a_request_that_the_node_will_not_take_has_an_answer) {
  ask();
  service_.requests[0].link->settle(
      service_.requests[0].incoming.id,
      amqp::Outcome::rejected({.name = "amqp:not-allowed", .description = "no such thing"}));
  run_until([this] { return told_.size() == 1; });
  expect_told_unavailable("amqp:not-allowed: no such thing");
}

TEST_F(ReceiverTest, half_a_pair_of_links_does_not_stay) {
  ask();
  service_.replies[0]->close({.name = "amqp:link:detach-forced", .description = "IdleTimerExpired"});
  run_until([this] { return told_.size() == 1; });
  run_until([this] { return service_.requests[0].link->is_closed(); });
}

TEST_F(ReceiverTest, nobody_is_told_after_close) {
  hand_out();
  settle();
  ask();
  receiver_->close();
  turn_for_a_while();
  EXPECT_TRUE(told_.empty());
  EXPECT_TRUE(losses_.empty());
}

TEST_F(ReceiverTest, nobody_is_told_after_the_client_stops) {
  ask();
  client_->stop();
  turn_for_a_while();
  EXPECT_TRUE(told_.empty());
}

TEST_F(ReceiverTest, nobody_is_told_by_a_receiver_that_is_let_go) {
  ask();
  receiver_.reset();
  turn_for_a_while();
  EXPECT_TRUE(told_.empty());
}

TEST_F(ReceiverTest, who_closes_at_the_first_bad_news_hears_no_more) {
  hand_out();
  const auto close = [this](Result<> told) {
    told_.push_back(std::move(told));
    receiver_->close();
  };
  receiver_->settle(messages_[0].lock_token, {}, close);
  receiver_->set_session_state(Bytes{1}, close);
  receiver_->set_session_state(Bytes{2}, close);
  run_until([this] { return service_.requests.size() == 2; });
  make_client_give_up();
  EXPECT_EQ(told_.size(), 1U);
  EXPECT_TRUE(losses_.empty());
}

TEST_F(ReceiverTest, who_asks_after_close_is_told_so) {
  receiver_->close();
  receiver_->set_session_state(Bytes{1}, [this](Result<> told) { told_.push_back(std::move(told)); });
  expect_told_unavailable("closed");
}

/// Whether what a handler holds is still there when it has closed its receiver.
template <class Call>
auto closing(std::shared_ptr<Receiver>& receiver, Call noted) {
  return [&receiver, noted, held = std::make_shared<int>()](const auto&...) {
    const auto note = noted;
    auto& closes = receiver;
    const std::weak_ptr watch = held;
    closes->close();
    note(!watch.expired());
  };
}

TEST_F(ReceiverTest, a_handler_may_close_its_receiver) {
  std::vector<bool> survived;
  const auto note = [&survived](bool held) { survived.push_back(held); };
  std::shared_ptr<Receiver> first;
  first = client_->receive({.entity = "queue"}, {.on_open = closing(first, note)});
  run_until([&] { return survived.size() == 1; });
  std::shared_ptr<Receiver> second;
  second = client_->receive({.entity = "queue"}, {.on_message = closing(second, note)});
  run_until([&] { return service_.receivers.size() == 3 && service_.receivers[2]->credit() > 0; });
  amqp::Message message;
  message.data = {Bytes{1}};
  service_.receivers[2]->send(amqp::encode_message(message), as_bytes(std::string(kTag)));
  run_until([&] { return survived.size() == 2; });
  EXPECT_THAT(survived, ElementsAre(true, true));
}

TEST_F(ReceiverTest, a_message_that_is_settled_twice_is_answered_twice) {
  hand_out();
  settle();
  settle();
  ASSERT_EQ(told_.size(), 1U);
  EXPECT_EQ(told_[0].error().kind, ErrorKind::invalid_input);
  service_.receivers[0]->settle(1, amqp::Outcome::accepted());
  run_until([this] { return told_.size() == 2; });
  EXPECT_TRUE(told_[1]);
}

TEST_F(ReceiverTest, a_message_that_the_service_settles_unasked_is_out_of_our_hands) {
  hand_out();
  const auto before = service_.receivers[0]->credit();
  service_.receivers[0]->settle(1, {.kind = amqp::Outcome::Kind::released});
  run_until([&] { return service_.receivers[0]->credit() > before; });
  settle();
  run_until([this] { return service_.requests.size() == 1; });
  EXPECT_EQ(service_.operation(), "com.microsoft:update-disposition") << "the node knows what became of it";
  service_.answer_request();
  run_until([this] { return told_.size() == 1; });
}

TEST_F(ReceiverTest, a_message_that_comes_settled_takes_no_room) {
  hand_out(true);
  run_until([this] { return service_.receivers[0]->credit() == 100; });
  settle();
  run_until([this] { return service_.requests.size() == 1; });
  service_.answer_request();
  run_until([this] { return told_.size() == 1; });
}

/// A receiver on a connection that only the test gives up.
class AbandonedReceiverTest : public amqp::Loopback {
 protected:
  void SetUp() override {
    Loopback::SetUp();
    boost::asio::ip::tcp::socket socket(loop_);
    socket.connect({boost::asio::ip::make_address("127.0.0.1"), listener_.port()});
    connection_ = amqp::Connection::connect(loop_.get_executor(), net::wire_over(std::move(socket)),
                                            {.container_id = "client", .hostname = "h"}, {});
    const auto claims =
        std::make_shared<Claims>(loop_.get_executor(), connection_, Claims::Options{}, clock_);
    receiver_ = std::make_shared<Receiver>(
        loop_.get_executor(), Receiver::Options{.entity = "queue"},
        Receiver::Events{.on_open = [this](const std::string&) { ++opens_; },
                         .on_message = [this](const Received&) { ++messages_; },
                         .on_lost = [this](std::string reason) { losses_.push_back(std::move(reason)); }},
        clock_);
    receiver_->open(connection_, claims);
    run_until([this] { return server_links_.size() == 1; });
  }
  void TearDown() override {
    connection_->abort();
    Loopback::TearDown();
  }
  /// Until the service has heard that the link is closed: all that it sent before has come then.
  void abandon() {
    receiver_->abandon("given up");
    run_until([this] { return server_links_[0]->is_closed(); });
    EXPECT_THAT(losses_, ElementsAre("'queue': given up"));
  }

  SystemClock clock_;
  std::shared_ptr<amqp::Connection> connection_;
  std::shared_ptr<Receiver> receiver_;
  int opens_ = 0;
  int messages_ = 0;
  std::vector<std::string> losses_;
};

TEST_F(AbandonedReceiverTest, does_not_open_when_the_answer_to_its_attach_comes_too_late) {
  server_links_[0]->accept({});
  abandon();
  EXPECT_EQ(opens_, 0);
}

TEST_F(AbandonedReceiverTest, hands_out_no_message_that_comes_too_late) {
  server_links_[0]->accept({});
  run_until([this] { return opens_ == 1 && server_links_[0]->credit() > 0; });
  amqp::Message message;
  message.data = {Bytes{1}};
  server_links_[0]->send(amqp::encode_message(message), as_bytes(std::string(kTag)));
  abandon();
  EXPECT_EQ(messages_, 0);
}

}  // namespace
}  // namespace millrace::servicebus
