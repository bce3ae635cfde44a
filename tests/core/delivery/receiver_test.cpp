// Rules 1 to 3 of the relay: what is taken, kept, dropped, and where a stream starts.
#include "receiver_fixture.hpp"

namespace millrace::delivery {
namespace {

using testing::Chain;
using Kind = Receiver::Arrival::Kind;
using ReceiverTest = ReceiverFixture;

TEST_F(ReceiverTest, rule_1_records_are_handed_on_in_sequence) {
  chain.append(3);
  for (const uint64_t sequence : {1, 2, 3}) EXPECT_EQ(arrive(sequence).kind, Kind::taken);
  EXPECT_EQ(delivered, (std::vector<uint64_t>{1, 2, 3}));
  EXPECT_EQ(receiver.next_expected(), 4u);
}

TEST_F(ReceiverTest, rule_1_a_record_that_overtook_waits_for_the_one_before) {
  chain.append(4);
  arrive(1);
  EXPECT_EQ(arrive(4).kind, Kind::kept);
  EXPECT_EQ(arrive(3).kind, Kind::kept);
  EXPECT_EQ(delivered, (std::vector<uint64_t>{1}));
  arrive(2);
  EXPECT_EQ(delivered, (std::vector<uint64_t>{1, 2, 3, 4}));
}

TEST_F(ReceiverTest, rule_1_a_gap_that_closes_soon_is_not_asked_for) {
  chain.append(3);
  arrive(1);
  arrive(3);
  clock.advance(kGapPatience - Millis{1});
  EXPECT_FALSE(report());
  arrive(2);
  clock.advance(kGapPatience);
  EXPECT_FALSE(report());
}

TEST_F(ReceiverTest, rule_1_a_gap_that_stays_is_asked_for_and_asked_for_again) {
  chain.append(3);
  arrive(1);
  arrive(3);
  clock.advance(kGapPatience);
  EXPECT_EQ(receiver.deadline(), clock.mono());
  auto first = report();
  ASSERT_TRUE(first);
  EXPECT_TRUE(first->publish);
  EXPECT_EQ(first->resend_from, 2u);
  clock.advance(kGapAgainFirst - Millis{1});
  EXPECT_FALSE(report());
  clock.advance(Millis{1});
  auto again = report();
  ASSERT_TRUE(again);
  EXPECT_EQ(again->resend_from, 2u);
}

TEST_F(ReceiverTest, rule_1_what_arrived_before_the_request_goes_out_is_not_asked_for) {
  chain.append(3);
  arrive(1);
  settle(1);
  ASSERT_TRUE(report());
  arrive(3);
  clock.advance(kGapPatience - Millis{10});
  arrive(1);  // a duplicate makes a receipt go out just before the request
  ASSERT_TRUE(report());
  clock.advance(Millis{10});
  EXPECT_FALSE(report()) << "the request keeps the receipts' interval";
  arrive(2);
  settle(2);
  settle(3);
  auto late = report();
  ASSERT_TRUE(late);
  EXPECT_EQ(late->cursor.settled_through, 3u);
  EXPECT_EQ(late->resend_from, 0u) << "record 4 was never given out: asking for it would look like a clone";
}

TEST_F(ReceiverTest, rule_1_a_duplicate_is_dropped_and_receipted_again) {
  chain.append(1);
  arrive(1);
  settle(1);
  ASSERT_TRUE(report());
  clock.advance(kReceiptInterval);
  EXPECT_EQ(arrive(1).kind, Kind::duplicate);
  EXPECT_EQ(delivered, (std::vector<uint64_t>{1}));
  auto again = report();
  ASSERT_TRUE(again);
  EXPECT_TRUE(again->publish);
  EXPECT_FALSE(again->commit) << "nothing changed";
  EXPECT_EQ(again->cursor.settled_through, 1u);
}

TEST_F(ReceiverTest, rule_1_the_window_bounds_records) {
  limits.window_records = 4;
  receiver = fresh();
  chain.append(8);
  for (uint64_t sequence = 1; sequence <= 4; ++sequence) EXPECT_EQ(arrive(sequence).kind, Kind::taken);
  EXPECT_EQ(arrive(5).kind, Kind::no_room);
  EXPECT_EQ(receiver.held_records(), 4u);
  settle(1);
  EXPECT_EQ(arrive(5).kind, Kind::taken);
}

TEST_F(ReceiverTest, rule_1_the_window_bounds_bytes) {
  for (int left = 4; left > 0; --left) chain.append("operator:op-1", 10'000);
  limits.window_bytes = 25'000;
  receiver = fresh();
  arrive(1);
  arrive(2);
  EXPECT_EQ(arrive(3).kind, Kind::no_room);
  EXPECT_LE(receiver.held_bytes(), limits.window_bytes);
}

TEST_F(ReceiverTest, rule_1_room_for_an_earlier_record_is_made_by_giving_up_a_later_one) {
  limits.window_records = 3;
  receiver = fresh();
  chain.append(6);
  arrive(1);
  EXPECT_EQ(arrive(5).kind, Kind::kept);
  EXPECT_EQ(arrive(6).kind, Kind::kept);
  EXPECT_EQ(arrive(2).kind, Kind::taken);
  EXPECT_EQ(arrive(3).kind, Kind::taken);
  EXPECT_EQ(receiver.held_records(), 3u);
}

TEST_F(ReceiverTest, rule_1_what_was_turned_away_is_asked_for_when_there_is_room) {
  limits.window_records = 2;
  receiver = fresh();
  chain.append(3);
  arrive(1);
  arrive(2);
  EXPECT_EQ(arrive(3).kind, Kind::no_room);
  settle(1);
  auto asked = report();
  ASSERT_TRUE(asked);
  EXPECT_EQ(asked->resend_from, 3u);
}

TEST_F(ReceiverTest, rule_2_an_unknown_stream_starts_only_on_a_record_whose_base_is_its_own_sequence) {
  chain.append(6);
  EXPECT_EQ(arrive(5, 4).kind, Kind::kept);
  EXPECT_FALSE(receiver.positioned());
  EXPECT_EQ(arrive(4, 4).kind, Kind::taken);
  EXPECT_EQ(delivered, (std::vector<uint64_t>{4, 5}));
  EXPECT_EQ(receiver.settled_through(), 3u);
  EXPECT_EQ(arrive(3).kind, Kind::duplicate);
  auto first = report();
  ASSERT_TRUE(first);
  EXPECT_TRUE(first->commit) << "before the receipt says it";
  EXPECT_EQ(first->cursor.settled_hash, chain.hash(3)) << "taken on the record's signature";
}

TEST_F(ReceiverTest, rule_2_an_unknown_stream_asks_for_its_base_without_a_position_of_its_own) {
  chain.append(5);
  arrive(5, 4);
  clock.advance(kGapPatience);
  auto asked = report();
  ASSERT_TRUE(asked);
  EXPECT_EQ(asked->resend_from, 4u);
  EXPECT_FALSE(asked->positioned) << "without a hash it moves nothing at the box";
  EXPECT_FALSE(asked->commit);
}

TEST_F(ReceiverTest, rule_2_a_relay_that_is_behind_starts_again_at_the_base) {
  chain.append(9);
  arrive(1);
  arrive(2);
  auto ahead = arrive(8, 7);
  EXPECT_EQ(ahead.kind, Kind::kept);
  EXPECT_EQ(ahead.drop_below, 0u);
  auto jump = arrive(7, 7);
  EXPECT_EQ(jump.kind, Kind::taken);
  EXPECT_EQ(jump.drop_below, 7u);
  EXPECT_EQ(receiver.settled_through(), 6u);
  EXPECT_EQ(delivered, (std::vector<uint64_t>{1, 2, 7, 8}));
}

TEST_F(ReceiverTest, rule_2_a_record_that_fits_says_that_all_below_its_base_is_settled) {
  chain.append(5);
  for (const uint64_t sequence : {1, 2, 3, 4}) arrive(sequence);
  auto arrival = arrive(5, 4);
  EXPECT_EQ(arrival.drop_below, 4u);
  EXPECT_EQ(receiver.settled_through(), 3u);
  auto said = report();
  ASSERT_TRUE(said);
  EXPECT_EQ(said->cursor.settled_hash, chain.hash(3));
  EXPECT_EQ(said->cursor.base_seen, 4u);
}

TEST_F(ReceiverTest, rule_2_a_duplicate_that_fits_says_it_too) {
  chain.append(4);
  for (const uint64_t sequence : {1, 2, 3, 4}) arrive(sequence);
  EXPECT_EQ(arrive(3, 3).drop_below, 3u);
  EXPECT_EQ(receiver.settled_through(), 2u);
}

TEST_F(ReceiverTest, rule_2_what_is_below_the_base_leaves_the_parked_list) {
  chain.append(3);
  arrive(1);
  settle(1, Parking{1, chain.record(1)->event_id(), "too large", false});
  auto said = report();
  ASSERT_TRUE(said);
  EXPECT_EQ(said->cursor.parked.size(), 1u);
  arrive(2, 1);
  EXPECT_EQ(receiver.settled_through(), 1u);
  arrive(3, 2);
  settle(2);
  settle(3);
  clock.advance(kReceiptInterval);
  said = report();
  ASSERT_TRUE(said);
  EXPECT_TRUE(said->cursor.parked.empty());
}

TEST_F(ReceiverTest, rule_3_a_forged_record_is_not_let_in) {
  chain.append(1);
  auto forged = chain.event(1);
  forged.data[0] ^= 1;
  auto refused = InboundRecord::admit(forged, 1, chain.keys());
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, Refusal::Kind::forged);
}

TEST_F(ReceiverTest, rule_3_every_signed_attribute_is_covered) {
  chain.append(2);
  for (const auto& [name, value] : chain.event(2).attributes) {
    auto altered = chain.event(2);
    if (name == attr::keyid) continue;  // names the key, is not signed
    altered.attributes[name] = name == attr::sequence    ? sequence_text(3)
                               : name == attr::prevhash  ? base64url(Hash{1})
                               : name == attr::signature ? base64url(Signature{1})
                               : name == attr::streamid  ? testing::uuid_from(9, 9).string()
                               : name == attr::id        ? testing::uuid_from(9, 8).string()
                                                         : value + "x";
    EXPECT_FALSE(InboundRecord::admit(altered, 1, chain.keys())) << name;
  }
}

TEST_F(ReceiverTest, rule_3_another_boxs_key_is_refused) {
  chain.append(1);
  const Chain other(1, 8);
  auto refused = InboundRecord::admit(chain.event(1), 1, other.keys());
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, Refusal::Kind::unknown_key);
  EXPECT_EQ(refused.error().stream_id, chain.stream_id());
  // The other key under this one's name does not help.
  const KeyRing wrong{{chain.keys().begin()->first, other.keys().begin()->second}};
  refused = InboundRecord::admit(chain.event(1), 1, wrong);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, Refusal::Kind::forged);
}

TEST_F(ReceiverTest, rule_3_a_base_that_contradicts_the_record_is_refused) {
  chain.append(2);
  EXPECT_FALSE(InboundRecord::admit(chain.event(2), 0, chain.keys()));
  EXPECT_FALSE(InboundRecord::admit(chain.event(2), 3, chain.keys()));
  EXPECT_TRUE(InboundRecord::admit(chain.event(2), 2, chain.keys()));
}

TEST_F(ReceiverTest, rule_3_another_past_is_dropped_and_receipted_and_does_not_halt_the_stream) {
  chain.append(2);
  auto clone = chain.copy_up_to(1);
  clone.append("operator:op-2");
  clone.append("operator:op-2");
  arrive(1);
  arrive(2);
  auto misfit = receiver.arrive(clone.record(3), clock.mono());
  EXPECT_EQ(misfit.kind, Kind::misfit);
  EXPECT_FALSE(misfit.misfit.empty());
  EXPECT_TRUE(misfit.deliver.empty());
  auto said = report();
  ASSERT_TRUE(said);
  EXPECT_TRUE(said->publish) << "the box whose past differs recognises itself by the receipt";
  chain.append(1);
  EXPECT_EQ(arrive(3).kind, Kind::taken);
}

TEST_F(ReceiverTest, rule_3_the_same_place_with_another_hash_is_a_misfit) {
  chain.append(2);
  auto clone = chain.copy_up_to(1);
  clone.append("operator:op-2", 16, 1);
  arrive(1);
  arrive(2);
  EXPECT_EQ(receiver.arrive(clone.record(2), clock.mono()).kind, Kind::misfit);
  settle(1);
  settle(2);
  EXPECT_EQ(receiver.arrive(clone.record(2), clock.mono()).kind, Kind::misfit);
  EXPECT_EQ(arrive(2).kind, Kind::duplicate);
}

TEST_F(ReceiverTest, rule_3_a_misfit_that_was_kept_is_found_when_its_turn_comes) {
  chain.append(3);
  auto clone = chain.copy_up_to(1);
  clone.append("operator:op-2", 16, 1);
  clone.append("operator:op-2", 16, 1);
  arrive(1);
  EXPECT_EQ(receiver.arrive(clone.record(3), clock.mono()).kind, Kind::kept);
  auto arrival = arrive(2);
  EXPECT_EQ(arrival.kind, Kind::taken);
  EXPECT_FALSE(arrival.misfit.empty());
  EXPECT_EQ(arrive(3).kind, Kind::taken);
}

TEST_F(ReceiverTest, rule_3_a_halted_stream_says_why_until_a_good_record_comes) {
  chain.append(1);
  receiver.halt("unknown key");
  auto said = report();
  ASSERT_TRUE(said);
  EXPECT_EQ(said->halted, "unknown key");
  arrive(1);
  settle(1);
  clock.advance(kReceiptInterval);
  said = report();
  ASSERT_TRUE(said);
  EXPECT_TRUE(said->halted.empty());
}

}  // namespace
}  // namespace millrace::delivery
