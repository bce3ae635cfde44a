// What a receiver makes of the troubles of a day: each in its class, a busy service left alone, locks kept as
// long as they can be.
#include "client_fixture.hpp"

namespace millrace::servicebus {
namespace {

using std::chrono::seconds;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr auto kRenew = "com.microsoft:renew-lock";
constexpr auto kRenewSession = "com.microsoft:renew-session-lock";
const amqp::Condition kBusy{.name = "com.microsoft:server-busy",
                            .description = "Error code : 50009. Please wait 10 seconds and try again."};
const amqp::Condition kBusyForASecond{.name = "com.microsoft:server-busy",
                                      .description = "Please wait 1 seconds and try again."};
const amqp::Condition kLost{.name = "com.microsoft:message-lock-lost", .description = "gone"};
const amqp::Condition kSessionLost{.name = "com.microsoft:session-lock-lost", .description = "gone"};
const amqp::Condition kIdle{.name = "amqp:link:detach-forced", .description = "IdleTimerExpired"};

class ReceiverTroubleTest : public ClientTest {
 protected:
  void SetUp() override {
    ClientTest::SetUp();
    client_->start();
    run_until([this] { return ups_ == 1; });
  }
  void TearDown() override {
    if (receiver_) receiver_->close();
    ClientTest::TearDown();
  }
  void receive(std::optional<std::string> session = {}) {
    receiver_ = client_->receive(
        {.entity = "queue", .session = std::move(session)},
        {.on_open = [this](const std::string&) { ++opens_; },
         .on_message = [this](Received received) { messages_.push_back(std::move(received)); },
         .on_lost = [this](std::string reason) { losses_.push_back(std::move(reason)); }});
  }
  void open() {
    receive();
    run_until([this] { return opens_ == 1; });
  }
  /// A session under a lock of that length. The clock stands still, that it lasts as long as the test says.
  void open_session(Millis lock) {
    clock_.stand_still();
    constexpr int64_t kTicksAtEpoch = 621'355'968'000'000'000;
    const auto ticks = kTicksAtEpoch + wall_ms(clock_.wall() + lock) * 10'000;
    service_.receiver_reply.properties = amqp::Map{{amqp::Symbol{"com.microsoft:locked-until-utc"}, ticks}};
    receive("s");
    run_until([this] { return opens_ == 1; });
  }
  /// A message that the client has in hand, under a lock of that length. As above, the clock stands still.
  void hand_out(Millis lock) {
    clock_.stand_still();
    run_until([this] { return service_.receivers.back()->credit() > 0; });
    amqp::Message message;
    message.data = {Bytes{1}};
    message.message_annotations = {
        {amqp::Symbol{"x-opt-locked-until"}, amqp::Timestamp{wall_ms(clock_.wall() + lock)}}};
    const auto before = messages_.size();
    service_.receivers.back()->send(amqp::encode_message(message),
                                    as_bytes(fmt::format("{:016}", messages_.size())));
    run_until([&] { return messages_.size() > before; });
  }
  /// Turns the clock. The receiver looks at it when a message comes.
  void pass(Millis time) {
    clock_.ahead += time;
    hand_out(std::chrono::hours{1});
  }
  /// A question, and its answer: all that was said before has come by then.
  void exchange() {
    const auto told = told_.size();
    const auto before = asked(kSetState);
    ask();
    run_until([&] { return asked(kSetState) > before; });
    auto which = service_.requests.size() - 1;
    while (service_.operation(which) != kSetState) --which;
    service_.answer(which);
    run_until([&] { return told_.size() > told; });
  }
  /// Until all that is due now has been asked for.
  void come_to_rest() {
    exchange();
    exchange();
  }
  void ask() {
    receiver_->set_session_state(Bytes{1}, [this](Result<> told) { told_.push_back(std::move(told)); });
  }
  void settle(size_t which) {
    receiver_->settle(messages_[which].lock_token, {},
                      [this](Result<> told) { told_.push_back(std::move(told)); });
  }
  /// How often the management node was asked for that.
  int64_t asked(std::string_view operation) const {
    int64_t count = 0;
    for (size_t which = 0; which < service_.requests.size(); ++which) {
      if (service_.operation(which) == operation) ++count;
    }
    return count;
  }
  /// Waits until it was asked for that so often, and says no to all that is new.
  void refuse(std::string_view operation, int64_t times, const amqp::Condition& why) {
    run_until([&] { return asked(operation) >= times; });
    for (; answered_ < service_.requests.size(); ++answered_) {
      if (service_.operation(answered_) == operation) service_.answer(answered_, why);
    }
    exchange();
  }
  void grant_session(Millis lock) {
    service_.answer(service_.requests.size() - 1, {},
                    {{"expiration", amqp::Timestamp{wall_ms(clock_.wall() + lock)}}});
    answered_ = service_.requests.size();
    exchange();
  }

  static constexpr auto kSetState = "com.microsoft:set-session-state";
  std::shared_ptr<Receiver> receiver_;
  int opens_ = 0;
  size_t answered_ = 0;
  std::vector<Received> messages_;
  std::vector<std::string> losses_;
  std::vector<Result<>> told_;
};

TEST_F(ReceiverTroubleTest, a_busy_service_is_asked_for_locks_when_it_said_so_and_before_they_end) {
  open();
  hand_out(seconds{30});
  hand_out(seconds{30});
  pass(seconds{15});
  refuse(kRenew, 2, kBusy);
  ASSERT_THAT(kinds(), ElementsAre(TroubleKind::server_busy)) << "one says so for all";
  EXPECT_THAT(troubles_[0].reason, HasSubstr("'queue': com.microsoft:server-busy: "));
  EXPECT_EQ(troubles_[0].wait, seconds{10});
  EXPECT_TRUE(troubles_[0].is_quiet);
  pass(seconds{8});
  come_to_rest();
  EXPECT_EQ(asked(kRenew), 2) << "it wants to be left alone";
  pass(seconds{2});
  refuse(kRenew, 4, kBusy);
  pass(seconds{1});
  come_to_rest();
  EXPECT_EQ(asked(kRenew), 4);
  pass(seconds{1});
  refuse(kRenew, 6, kBusy);
  EXPECT_EQ(asked(kRenew), 6) << "three seconds before they end";
  pass(seconds{3});
  come_to_rest();
  EXPECT_EQ(asked(kRenew), 6);
}

TEST_F(ReceiverTroubleTest, a_lock_that_comes_due_while_the_service_is_busy_waits_too) {
  open();
  hand_out(seconds{20});
  hand_out(seconds{26});
  pass(seconds{10});
  refuse(kRenew, 1, kBusy);
  pass(seconds{4});
  come_to_rest();
  EXPECT_EQ(asked(kRenew), 1);
  pass(seconds{6});
  run_until([this] { return asked(kRenew) == 3; });
}

TEST_F(ReceiverTroubleTest, a_session_is_kept_while_its_lock_lasts) {
  open_session(seconds{30});
  pass(seconds{15});
  refuse(kRenewSession, 1, kBusy);
  EXPECT_TRUE(receiver_->is_open());
  EXPECT_THAT(kinds(), ElementsAre(TroubleKind::server_busy));
  pass(seconds{9});
  come_to_rest();
  EXPECT_EQ(asked(kRenewSession), 1);
  pass(seconds{1});
  run_until([this] { return asked(kRenewSession) == 2; });
  grant_session(seconds{30});
  pass(seconds{6});
  come_to_rest();
  EXPECT_THAT(losses_, IsEmpty()) << "beyond the end of the first lock";
  EXPECT_EQ(opens_, 1);
}

TEST_F(ReceiverTroubleTest, a_session_whose_lock_runs_out_unrenewed_is_given_up) {
  open_session(seconds{30});
  pass(seconds{15});
  refuse(kRenewSession, 1, {.name = "amqp:internal-error", .description = "out of luck"});
  EXPECT_THAT(kinds(), ElementsAre(TroubleKind::other));
  pass(seconds{8});
  refuse(kRenewSession, 2, kBusy);
  pass(seconds{4});
  refuse(kRenewSession, 3, kBusy);
  EXPECT_THAT(losses_, IsEmpty());
  clock_.ahead += seconds{3};
  hand_out(std::chrono::hours{1});
  run_until([this] { return losses_.size() == 1; });
  EXPECT_THAT(losses_[0], HasSubstr("session 's' of 'queue': the session's lock ran out, not renewed for: "
                                    "com.microsoft:server-busy"));
  EXPECT_EQ(kinds().back(), TroubleKind::lock_lost);
  EXPECT_EQ(asked(kRenewSession), 3);
}

TEST_F(ReceiverTroubleTest, a_session_whose_lock_is_lost_is_given_up_and_that_is_told) {
  open_session(seconds{30});
  pass(seconds{15});
  run_until([this] { return asked(kRenewSession) == 1; });
  service_.answer(0, kSessionLost);
  run_until([this] { return losses_.size() == 1; });
  EXPECT_THAT(losses_[0], HasSubstr("session-lock-lost"));
  EXPECT_THAT(kinds(), ElementsAre(TroubleKind::lock_lost));
  run_until([this] { return opens_ == 2; });
}

TEST_F(ReceiverTroubleTest, locks_that_are_lost_are_told_once_and_their_messages_take_no_room) {
  open();
  hand_out(seconds{30});
  hand_out(seconds{30});
  pass(seconds{15});
  const auto before = service_.receivers[0]->credit();
  refuse(kRenew, 2, kLost);
  ASSERT_THAT(kinds(), ElementsAre(TroubleKind::lock_lost));
  EXPECT_THAT(troubles_[0].reason, HasSubstr("'queue': com.microsoft:message-lock-lost"));
  run_until([&] { return service_.receivers[0]->credit() == before + 2; });
}

TEST_F(ReceiverTroubleTest, a_settlement_after_the_end_of_the_lock_is_told_as_a_lost_lock) {
  open();
  hand_out(seconds{30});
  settle(0);
  exchange();
  service_.receivers[0]->settle(1, amqp::Outcome::rejected(kLost));
  run_until([this] { return told_.size() == 2; });
  EXPECT_EQ(told_[1].error().kind, ErrorKind::conflict);
  EXPECT_THAT(kinds(), ElementsAre(TroubleKind::lock_lost));
}

TEST_F(ReceiverTroubleTest, a_refusal_that_only_the_asker_understands_is_the_askers) {
  open();
  ask();
  run_until([this] { return service_.requests.size() == 1; });
  service_.answer(0, {.name = "com.microsoft:message-not-found", .description = "no such number"});
  run_until([this] { return told_.size() == 1; });
  EXPECT_EQ(told_[0].error().kind, ErrorKind::unavailable);
  EXPECT_THAT(kinds(), IsEmpty());
}

TEST_F(ReceiverTroubleTest, an_attach_that_is_refused_as_busy_is_tried_when_the_service_said_so) {
  service_.refuse_receivers_with = kBusyForASecond;
  const auto begun = clock_.mono();
  receive();
  run_until([this] { return losses_.size() == 1; });
  service_.refuse_receivers_with = {};
  run_until([this] { return opens_ == 1; });
  EXPECT_GE(clock_.mono() - begun, seconds{1});
  EXPECT_EQ(service_.receivers.size(), 2U);
  EXPECT_THAT(kinds(), ElementsAre(TroubleKind::server_busy));
}

TEST_F(ReceiverTroubleTest, a_link_that_is_ended_as_busy_is_made_again_when_the_service_said_so) {
  open();
  const auto begun = clock_.mono();
  service_.receivers[0]->close(kBusyForASecond);
  run_until([this] { return opens_ == 2; });
  EXPECT_GE(clock_.mono() - begun, seconds{1});
  EXPECT_THAT(kinds(), ElementsAre(TroubleKind::server_busy));
}

TEST_F(ReceiverTroubleTest, another_connection_is_no_way_around_a_busy_service) {
  open();
  const auto begun = clock_.mono();
  service_.receivers[0]->close(kBusyForASecond);
  run_until([this] { return losses_.size() == 1; });
  deliver("so that the connection counts as a good one");
  service_.connection->abort();
  run_until([this] { return opens_ == 2; });
  EXPECT_GE(clock_.mono() - begun, seconds{1});
}

TEST_F(ReceiverTroubleTest, a_link_that_is_let_go_as_idle_is_told_in_its_class) {
  open();
  service_.receivers[0]->close(kIdle);
  run_until([this] { return opens_ == 2; });
  ASSERT_THAT(kinds(), ElementsAre(TroubleKind::link_idle));
  EXPECT_TRUE(troubles_[0].is_quiet);
  service_.receivers[1]->close({});
  run_until([this] { return opens_ == 3; });
  EXPECT_THAT(kinds(), ElementsAre(TroubleKind::link_idle, TroubleKind::link_detached));
}

TEST_F(ReceiverTroubleTest, a_management_node_that_is_busy_is_left_alone_too) {
  open();
  ask();
  run_until([this] { return service_.requests.size() == 1; });
  service_.requests[0].link->close(kBusy);
  run_until([this] { return told_.size() == 1; });
  EXPECT_EQ(told_[0].error().kind, ErrorKind::unavailable);
  EXPECT_THAT(kinds(), ElementsAre(TroubleKind::server_busy));
  hand_out(seconds{8});
  pass(seconds{4});
  come_to_rest();
  EXPECT_EQ(asked(kRenew), 0);
  pass(seconds{1});
  run_until([this] { return asked(kRenew) == 1; });
}

TEST_F(ReceiverTroubleTest, an_answer_that_does_not_come_is_told) {
  open();
  ask();
  run_until([this] { return service_.requests.size() == 1; });
  clock_.ahead = seconds{61};
  run_until([this] { return opens_ == 2; });
  EXPECT_THAT(kinds(), ElementsAre(TroubleKind::no_answer));
}

TEST_F(ReceiverTroubleTest, a_lost_connection_is_told_by_the_client_alone) {
  open();
  ask();
  run_until([this] { return service_.requests.size() == 1; });
  service_.connection->abort();
  run_until([this] { return opens_ == 2; });
  EXPECT_THAT(kinds(), ElementsAre(TroubleKind::connection_lost));
  EXPECT_EQ(losses_.size(), 1U);
}

TEST_F(ReceiverTroubleTest, who_hears_of_a_trouble_may_close_the_receiver_and_hears_no_more) {
  on_trouble_ = [this] { receiver_->close(); };
  open();
  service_.receivers[0]->close(kIdle);
  run_until([this] { return troubles_.size() == 1; });
  opens_ = 0;
  open_session(seconds{30});
  pass(seconds{15});
  run_until([this] { return asked(kRenewSession) == 1; });
  service_.answer(0, kSessionLost);
  run_until([this] { return troubles_.size() == 2; });
  EXPECT_THAT(losses_, IsEmpty());
}

TEST_F(ReceiverTroubleTest, who_hears_of_a_trouble_may_stop_the_client_and_hears_no_more) {
  on_trouble_ = [this] { client_->stop(); };
  open();
  ask();
  ask();
  run_until([this] { return service_.requests.size() == 2; });
  service_.answer(0, kBusy);
  service_.answer(1, kBusy);
  run_until([this] { return troubles_.size() == 1; });
  for (int turn = 0; turn < 20; ++turn) {
    loop_.restart();
    loop_.run_one_for(Millis{1});
  }
  EXPECT_EQ(troubles_.size(), 1U);
  EXPECT_TRUE(told_.empty());
}

TEST_F(ReceiverTroubleTest, who_hears_that_a_session_ran_out_may_let_go_of_it) {
  open_session(seconds{4});
  pass(seconds{2});
  refuse(kRenewSession, 1, kBusy);
  on_trouble_ = [this] { receiver_.reset(); };
  clock_.ahead += seconds{2};
  hand_out(std::chrono::hours{1});
  run_until([this] { return kinds().back() == TroubleKind::lock_lost; });
  EXPECT_EQ(receiver_, nullptr);
}

}  // namespace
}  // namespace millrace::servicebus
