// What happens to records that are parked, and to those that are old.
#include "outbox_fixture.hpp"

namespace millrace::delivery {
namespace {

constexpr std::chrono::days kRetention{90};
constexpr uint64_t kPlenty = 1'000;

class OutboxCareTest : public OutboxTest {
 protected:
  /// Three records; the second is parked, all are receipted.
  Event parked_in_the_middle() {
    append();
    auto event = draft("refused");
    EXPECT_TRUE(outbox.append(*db, event));
    append();
    EXPECT_TRUE(settle(3, {{2, id_of(event), "too large", false}}));
    return event;
  }
  Event checkpoint() {
    auto event = draft("checkpoint");
    event.attributes["type"] = kCheckpointType;
    event.attributes["partitionkey"] = "stream:x";
    return event;
  }
  RecordPlace place(uint64_t sequence) { return {read_position(*db)->stream_id, sequence}; }
  int64_t count(const char* sql) {
    auto& query = db->statement(sql);
    query.bind();
    query.step();
    const auto value = query.integer(0);
    query.reset();
    return value;
  }
  int64_t rows() { return count("SELECT count(*) FROM record"); }
  uint64_t prune(uint64_t most = kPlenty) { return outbox.prune(*db, clock.wall() - kRetention, most); }
  void make_old() { clock.advance(kRetention + std::chrono::days{1}); }

  const Decision decision{"root", "the centre takes larger ones now"};
};

TEST_F(OutboxCareTest, a_replayed_record_stands_at_the_tail_with_its_bytes_and_its_event_id) {
  const auto event = parked_in_the_middle();
  const auto old_place = place(2);
  const auto before = read_position(*db)->unsettled_bytes;
  const auto again = outbox.replay(*db, old_place, decision);
  ASSERT_TRUE(again) << again.error().message;
  EXPECT_EQ(again->sequence, 4U);
  const auto tail = records(4).at(0).event;
  EXPECT_EQ(tail.data, event.data);
  EXPECT_EQ(tail.get(attr::id), event.get(attr::id));
  EXPECT_EQ(tail.get(attr::replayof), old_place.stream_id.string() + "/2");
  EXPECT_TRUE(signature_holds(read_evidence(tail).value(), outbox.public_key()));
  EXPECT_EQ(find_record(*db, id_of(event))->sequence, 4U);
  EXPECT_EQ(state_of(event), RecordState::pending);
  EXPECT_EQ(count("SELECT count(*) FROM record WHERE sequence = 2 AND state = 'replayed'"), 1);
  EXPECT_EQ(count("SELECT count(*) FROM payload"), 3) << "the data are not copied";
  EXPECT_EQ(read_backlog(*db).parked, 0U);
  EXPECT_GT(read_position(*db)->unsettled_bytes, before) << "it has an attribute more";
  ASSERT_TRUE(settle(4));
  EXPECT_EQ(read_position(*db)->unsettled_bytes, 0U);
  EXPECT_EQ(state_of(event), RecordState::settled);
}

TEST_F(OutboxCareTest, a_decision_is_kept_with_who_and_why) {
  const auto event = parked_in_the_middle();
  ASSERT_TRUE(outbox.discard(*db, place(2), decision));
  EXPECT_EQ(state_of(event), RecordState::discarded);
  EXPECT_EQ(read_position(*db)->unsettled_bytes, 0U);
  EXPECT_EQ(count("SELECT count(*) FROM audit WHERE actor = 'root' AND action = 'discard' AND sequence = 2"
                  " AND reason = 'the centre takes larger ones now'"),
            1);
}

TEST_F(OutboxCareTest, only_a_parked_record_can_be_decided_upon_and_only_with_a_reason) {
  parked_in_the_middle();
  EXPECT_EQ(outbox.replay(*db, place(2), {"root", ""}).error().kind, ErrorKind::invalid_input);
  EXPECT_EQ(outbox.discard(*db, place(2), {"", "why"}).error().kind, ErrorKind::invalid_input);
  const std::string longest(kMostDecisionReasonBytes, 'x');
  EXPECT_EQ(outbox.discard(*db, place(2), {"root", longest + "x"}).error().kind, ErrorKind::invalid_input);
  EXPECT_EQ(outbox.replay(*db, place(1), decision).error().kind, ErrorKind::conflict);
  EXPECT_EQ(outbox.replay(*db, place(9), decision).error().kind, ErrorKind::not_found);
  EXPECT_EQ(outbox.replay(*db, {Uuid::v7(clock.wall()), 2}, decision).error().kind, ErrorKind::not_found);
  EXPECT_EQ(count("SELECT count(*) FROM audit"), 0);
  EXPECT_TRUE(outbox.discard(*db, place(2), {"root", longest}));
  EXPECT_EQ(outbox.discard(*db, place(2), decision).error().kind, ErrorKind::conflict) << "once";
}

TEST_F(OutboxCareTest, a_place_that_is_not_settled_yet_waits_for_its_receipt) {
  append();
  const auto event = draft();
  ASSERT_TRUE(outbox.append(*db, event));
  ASSERT_TRUE(settle(0, {{2, id_of(event), "too large", false}}));
  EXPECT_EQ(outbox.replay(*db, place(2), decision).error().kind, ErrorKind::unavailable);
  ASSERT_TRUE(settle(2));
  EXPECT_TRUE(outbox.replay(*db, place(2), decision));
}

TEST_F(OutboxCareTest, a_record_parked_in_an_earlier_stream_is_replayed_in_the_present_one) {
  const auto event = parked_in_the_middle();
  const auto old_place = place(2);
  ASSERT_TRUE(outbox.open_new_stream(*db, [&](const auto&, const auto&) { return checkpoint(); }));
  const auto again = outbox.replay(*db, old_place, decision);
  ASSERT_TRUE(again) << again.error().message;
  EXPECT_NE(again->stream_id, old_place.stream_id);
  EXPECT_EQ(again->sequence, 2U);
  EXPECT_EQ(count("SELECT unsettled_bytes FROM stream WHERE number = 1"), 0);
}

TEST_F(OutboxCareTest, what_is_old_settled_and_behind_a_settled_checkpoint_goes) {
  for (int i = 0; i < 5; ++i) append();
  ASSERT_TRUE(outbox.append(*db, checkpoint()));
  append();
  ASSERT_TRUE(settle(7));
  const auto hash = *read_hash(*db, 5);
  EXPECT_EQ(prune(), 0U) << "not old enough";
  make_old();
  EXPECT_EQ(prune(2), 2U) << "a little at a time";
  EXPECT_EQ(prune(), 3U);
  EXPECT_EQ(prune(), 0U);
  EXPECT_EQ(rows(), 2) << "the checkpoint and what follows it";
  EXPECT_EQ(count("SELECT count(*) FROM payload"), 2);
  EXPECT_EQ(count("SELECT pruned_through FROM stream"), 5);
  auto& query = db->statement("SELECT pruned_hash FROM stream");
  query.bind();
  ASSERT_TRUE(query.step());
  EXPECT_EQ(query.bytes(0), Bytes(hash.begin(), hash.end()));
  query.reset();
  EXPECT_EQ(append().sequence, 8U) << "no number is given out twice";
}

TEST_F(OutboxCareTest, nothing_goes_without_a_checkpoint_that_the_centre_has) {
  for (int i = 0; i < 3; ++i) append();
  ASSERT_TRUE(settle(3));
  make_old();
  EXPECT_EQ(prune(), 0U) << "no checkpoint";
  ASSERT_TRUE(outbox.append(*db, checkpoint()));
  EXPECT_EQ(prune(), 0U) << "its receipt has not come";
  ASSERT_TRUE(settle(4));
  EXPECT_EQ(prune(), 3U);
}

TEST_F(OutboxCareTest, nothing_goes_by_a_clock_that_nobody_keeps_right) {
  for (int i = 0; i < 3; ++i) append();
  ASSERT_TRUE(outbox.append(*db, checkpoint()));
  ASSERT_TRUE(settle(4));
  make_old();
  for (const auto state : {ClockState::holdover, ClockState::untrusted}) {
    clock.set_state(state);
    EXPECT_EQ(prune(), 0U);
  }
  clock.set_state(ClockState::synced);
  EXPECT_EQ(prune(), 3U);
}

TEST_F(OutboxCareTest, a_parked_record_stays_until_a_person_has_decided) {
  const auto event = parked_in_the_middle();
  ASSERT_TRUE(outbox.append(*db, checkpoint()));
  ASSERT_TRUE(settle(4));
  make_old();
  EXPECT_EQ(prune(), 3U) << "looked at";
  EXPECT_EQ(rows(), 2);
  EXPECT_EQ(state_of(event), RecordState::parked);
  ASSERT_TRUE(outbox.discard(*db, place(2), decision));
  EXPECT_EQ(prune(), 1U);
  EXPECT_EQ(rows(), 1);
}

TEST_F(OutboxCareTest, earlier_streams_go_when_a_later_checkpoint_of_the_present_one_is_settled) {
  append();
  ASSERT_TRUE(settle(1));
  append();  // moves
  ASSERT_TRUE(outbox.open_new_stream(*db, [&](const auto&, const auto&) { return checkpoint(); }));
  ASSERT_TRUE(settle(2));
  make_old();
  EXPECT_EQ(prune(), 0U) << "the first record of a stream vouches for nothing in it";
  ASSERT_TRUE(outbox.append(*db, checkpoint()));
  ASSERT_TRUE(settle(3));
  EXPECT_EQ(prune(), 4U);
  EXPECT_EQ(rows(), 1);
  EXPECT_EQ(count("SELECT count(*) FROM payload"), 1);
}

TEST_F(OutboxCareTest, a_disk_that_must_leave_its_stream_says_so_until_it_has) {
  append();
  EXPECT_FALSE(must_leave(*db));
  Outbox::leave_stream(*db, "restored from a backup");
  Outbox::leave_stream(*db, "restored from another backup");
  EXPECT_EQ(must_leave(*db), "restored from another backup");
  ASSERT_TRUE(outbox.open_new_stream(*db, [&](const auto&, const auto&) { return checkpoint(); }));
  EXPECT_FALSE(must_leave(*db));
  EXPECT_EQ(read_checkpoint(*db)->sequence, 1U);
}

}  // namespace
}  // namespace millrace::delivery
