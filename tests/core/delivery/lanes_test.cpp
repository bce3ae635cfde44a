#include "core/delivery/lanes.hpp"

#include "tests/support/chain.hpp"

namespace millrace::delivery {
namespace {

using testing::Chain;
using Kind = Outcome::Kind;

constexpr StreamNumber kStream = 1;

class LanesTest : public ::testing::Test {
 protected:
  LanesTest() {
    chain.append(20);
    lanes.sink_up();
    warm_up();
  }
  /// The first send after coming up goes alone; most tests want that behind them.
  void warm_up() {
    lanes.add(99, chain.record(20), {"millrace-events", "warm-up"}, false);
    outcome(send(), Kind::accepted);
  }
  void add(uint64_t sequence, const std::string& session = "a") {
    lanes.add(kStream, chain.record(sequence), {"millrace-events", session}, false);
  }
  Lanes::Send send() {
    auto send = lanes.next();
    EXPECT_TRUE(send);
    return send.value_or(Lanes::Send{});
  }
  std::optional<Lanes::Settlement> outcome(const Lanes::Send& send, Kind kind,
                                           std::string reason = "because") {
    return lanes.outcome(send.id, {kind, std::move(reason), Millis{0}}, clock.mono());
  }
  /// To the next timer.
  void wait() {
    const auto deadline = lanes.deadline();
    ASSERT_TRUE(deadline);
    if (*deadline > clock.mono()) clock.advance(*deadline - clock.mono());
    lanes.tick(clock.mono());
  }
  std::vector<uint64_t> drain() {
    std::vector<uint64_t> sent;
    while (auto send = lanes.next()) {
      sent.push_back(send->record->sequence());
      outcome(*send, Kind::accepted);
    }
    return sent;
  }

  ManualClock clock;
  Chain chain;
  Lanes lanes{LaneLimits{}, [] { return uint64_t{0}; }};
};

TEST_F(LanesTest, rule_4_a_lane_has_one_unsettled_send) {
  add(1);
  add(2);
  const auto first = send();
  EXPECT_EQ(first.record->sequence(), 1u);
  EXPECT_FALSE(lanes.next());
  outcome(first, Kind::accepted);
  EXPECT_EQ(send().record->sequence(), 2u);
}

TEST_F(LanesTest, rule_4_lanes_run_side_by_side) {
  add(1, "a");
  add(2, "b");
  lanes.add(2, chain.record(3), {"millrace-events", "a"}, false);
  lanes.add(kStream, chain.record(4), {"millrace-commands-training", "a"}, false);
  std::set<uint64_t> sent;
  while (auto send = lanes.next()) sent.insert(send->record->sequence());
  EXPECT_EQ(sent, (std::set<uint64_t>{1, 2, 3, 4})) << "stream, entity and session make the lane";
}

TEST_F(LanesTest, rule_4_sends_are_bounded_over_all_lanes) {
  lanes = Lanes({.most_unsettled_sends = 2}, [] { return uint64_t{0}; });
  lanes.sink_up();
  warm_up();
  add(1, "a");
  add(2, "b");
  add(3, "c");
  const auto first = send();
  send();
  EXPECT_FALSE(lanes.next());
  outcome(first, Kind::accepted);
  EXPECT_EQ(send().record->sequence(), 3u);
}

TEST_F(LanesTest, rule_4_a_lane_that_cannot_move_holds_only_itself_up) {
  add(1, "a");
  add(2, "a");
  add(3, "b");
  outcome(send(), Kind::retry_message);
  EXPECT_EQ(drain(), (std::vector<uint64_t>{3}));
  EXPECT_EQ(lanes.waiting(), 1u);
  wait();
  EXPECT_EQ(drain(), (std::vector<uint64_t>{1, 2}));
}

TEST_F(LanesTest, rule_5_accepted_settles) {
  add(1);
  const auto settlement = outcome(send(), Kind::accepted);
  ASSERT_TRUE(settlement);
  EXPECT_EQ(settlement->stream, kStream);
  EXPECT_EQ(settlement->sequence, 1u);
  EXPECT_FALSE(settlement->parking);
  EXPECT_EQ(lanes.lanes(), 0u);
  EXPECT_EQ(lanes.records(), 0u);
}

TEST_F(LanesTest, rule_5_a_message_refused_for_the_moment_is_tried_again_with_backoff) {
  add(1);
  Millis before{0};
  for (int round = 0; round < 4; ++round) {
    EXPECT_FALSE(outcome(send(), Kind::retry_message));
    const auto pause = *lanes.deadline() - clock.mono();
    EXPECT_GT(pause, before);
    before = pause;
    wait();
  }
  EXPECT_TRUE(outcome(send(), Kind::accepted));
}

TEST_F(LanesTest, rule_5_trouble_of_the_sink_pauses_all_lanes_and_parks_nothing) {
  add(1, "a");
  add(2, "b");
  add(3, "c");
  const auto first = send();
  const auto second = send();
  EXPECT_FALSE(outcome(first, Kind::sink_trouble, "server busy"));
  EXPECT_EQ(lanes.sink_state(), SinkState::paused);
  EXPECT_EQ(lanes.sink_reason(), "server busy");
  EXPECT_FALSE(lanes.next());
  EXPECT_FALSE(outcome(second, Kind::sink_trouble, "server busy"));
  wait();
  const auto probe = send();
  EXPECT_FALSE(lanes.next()) << "one send finds out whether the trouble is over";
  EXPECT_TRUE(outcome(probe, Kind::accepted));
  EXPECT_EQ(lanes.sink_state(), SinkState::up);
  EXPECT_EQ(drain().size(), 2u);
}

TEST_F(LanesTest, rule_5_a_sink_in_trouble_is_tried_ever_more_slowly) {
  add(1);
  Millis before{0};
  for (int round = 0; round < 5; ++round) {
    outcome(send(), Kind::sink_trouble);
    const auto pause = *lanes.deadline() - clock.mono();
    EXPECT_GT(pause, before);
    before = pause;
    wait();
  }
}

TEST_F(LanesTest, rule_5_a_sink_that_asks_for_time_gets_it) {
  add(1);
  lanes.outcome(send().id, {Kind::sink_trouble, "busy", Millis{10'000}}, clock.mono());
  EXPECT_GE(*lanes.deadline() - clock.mono(), Millis{10'000});
}

TEST_F(LanesTest, rule_5_a_message_refused_for_good_is_withheld_and_parked_when_its_notice_is_accepted) {
  add(1);
  add(2);
  EXPECT_FALSE(outcome(send(), Kind::refused, "too large")) << "its place is not settled yet";
  const auto notice = send();
  EXPECT_TRUE(notice.notice);
  EXPECT_EQ(notice.record->sequence(), 1u);
  EXPECT_EQ(notice.reason, "too large");
  EXPECT_FALSE(lanes.next()) << "the notice goes in its place: the lane waits for it";
  const auto settlement = outcome(notice, Kind::accepted);
  ASSERT_TRUE(settlement && settlement->parking);
  EXPECT_EQ(*settlement->parking, (Parking{1, chain.record(1)->event_id(), "too large", false}));
  EXPECT_EQ(send().record->sequence(), 2u);
}

TEST_F(LanesTest, rule_5_a_notice_that_is_refused_for_good_lets_the_parking_stand_and_the_lane_go_on) {
  add(1);
  add(2);
  outcome(send(), Kind::refused, "too large");
  const auto settlement = outcome(send(), Kind::refused, "malformed");
  ASSERT_TRUE(settlement && settlement->parking);
  EXPECT_EQ(settlement->parking->reason, "too large") << "the record's reason, not the notice's";
  EXPECT_EQ(send().record->sequence(), 2u);
}

TEST_F(LanesTest, rule_5_a_notice_meets_trouble_and_retries_like_a_record) {
  add(1);
  outcome(send(), Kind::refused, "too large");
  outcome(send(), Kind::sink_trouble);
  wait();
  outcome(send(), Kind::retry_message);
  wait();
  auto notice = send();
  EXPECT_TRUE(notice.notice);
  EXPECT_TRUE(outcome(notice, Kind::accepted)->parking);
}

TEST_F(LanesTest, rule_5_a_parking_after_a_doubtful_send_says_that_it_may_have_arrived) {
  add(1);
  outcome(send(), Kind::in_doubt);
  wait();
  outcome(send(), Kind::refused, "too large");
  EXPECT_TRUE(outcome(send(), Kind::accepted)->parking->maybe_delivered);

  lanes.add(kStream, chain.record(2), {"millrace-events", "a"}, true);  // sent before a restart, perhaps
  outcome(send(), Kind::refused, "too large");
  EXPECT_TRUE(outcome(send(), Kind::accepted)->parking->maybe_delivered);
}

TEST_F(LanesTest, rule_5_a_record_that_no_entity_takes_is_withheld_without_being_sent) {
  lanes.add_withheld(kStream, chain.record(1), {"millrace-events", "a"}, "no queue takes it");
  const auto notice = send();
  EXPECT_TRUE(notice.notice);
  const auto settlement = outcome(notice, Kind::accepted);
  EXPECT_EQ(settlement->parking->reason, "no queue takes it");
  EXPECT_FALSE(settlement->parking->maybe_delivered);
}

TEST_F(LanesTest, rule_7_a_send_in_doubt_is_made_again_before_anything_behind_it) {
  add(1);
  add(2);
  EXPECT_FALSE(outcome(send(), Kind::in_doubt));
  EXPECT_FALSE(lanes.next());
  wait();
  EXPECT_EQ(drain(), (std::vector<uint64_t>{1, 2}));
}

TEST_F(LanesTest, rule_7_a_lost_connection_leaves_all_sends_in_doubt_and_loses_none) {
  for (uint64_t sequence = 1; sequence <= 5; ++sequence) add(sequence, "s" + std::to_string(sequence));
  std::vector<Lanes::Send> sends;
  while (auto send = lanes.next()) sends.push_back(*send);
  EXPECT_EQ(sends.size(), 5u);
  lanes.sink_down("connection reset");
  EXPECT_EQ(lanes.sink_state(), SinkState::down);
  for (const auto& send : sends) outcome(send, Kind::in_doubt);
  wait();
  EXPECT_FALSE(lanes.next());
  lanes.sink_up();
  EXPECT_EQ(drain().size(), 5u);
}

TEST_F(LanesTest, a_pause_outlasts_a_new_connection) {
  add(1);
  outcome(send(), Kind::sink_trouble, "quota");
  lanes.sink_down("closed");
  lanes.sink_up();
  EXPECT_FALSE(lanes.next());
  wait();
  EXPECT_TRUE(lanes.next());
}

TEST_F(LanesTest, rule_2_what_is_settled_elsewhere_is_dropped) {
  add(1, "a");
  add(2, "b");
  add(3, "a");
  add(4, "c");
  lanes.add(2, chain.record(1), {"millrace-events", "a"}, false);
  lanes.drop_below(kStream, 4);
  EXPECT_EQ(lanes.records(), 2u);
  EXPECT_EQ(drain(), (std::vector<uint64_t>{4, 1})) << "another stream's records stay";
}

TEST_F(LanesTest, rule_2_a_dropped_record_under_way_keeps_its_lane_until_its_outcome) {
  add(1);
  add(2);
  add(3);
  const auto first = send();
  lanes.drop_below(kStream, 3);
  EXPECT_FALSE(lanes.next()) << "still one unsettled send in the lane";
  EXPECT_FALSE(outcome(first, Kind::refused)) << "settled elsewhere: nothing is parked";
  EXPECT_EQ(drain(), (std::vector<uint64_t>{3}));
}

TEST_F(LanesTest, rule_2_a_dropped_record_that_waits_frees_its_lane) {
  add(1);
  add(2);
  outcome(send(), Kind::retry_message);
  lanes.drop_below(kStream, 2);
  EXPECT_FALSE(lanes.deadline());
  EXPECT_EQ(drain(), (std::vector<uint64_t>{2}));
  EXPECT_EQ(lanes.lanes(), 0u);
}

TEST_F(LanesTest, the_first_send_after_coming_up_goes_alone) {
  lanes.sink_down("closed");
  lanes.sink_up();
  add(1, "a");
  add(2, "b");
  const auto probe = send();
  EXPECT_FALSE(lanes.next());
  outcome(probe, Kind::accepted);
  EXPECT_TRUE(lanes.next());
}

TEST_F(LanesTest, an_unknown_send_changes_nothing) {
  add(1);
  EXPECT_FALSE(lanes.outcome(12345, {Kind::accepted, "", Millis{0}}, clock.mono()));
  EXPECT_EQ(lanes.records(), 1u);
}

}  // namespace
}  // namespace millrace::delivery
