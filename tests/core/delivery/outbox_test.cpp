#include "core/delivery/outbox.hpp"

#include "outbox_fixture.hpp"

namespace millrace::delivery {
namespace {

TEST_F(OutboxTest, the_first_record_makes_the_stream) {
  EXPECT_FALSE(read_position(*db));
  const auto first = append();
  EXPECT_EQ(first.sequence, 1U);
  EXPECT_EQ(first.stream_id.version(), 7);
  EXPECT_EQ(read_position(*db)->stream_id, first.stream_id);
  EXPECT_EQ(read_position(*db)->settled_through, 0U);
}

TEST_F(OutboxTest, a_record_carries_evidence_that_anyone_can_check) {
  for (int i = 0; i < 3; ++i) append();
  Hash previous = kFirstPrevHash;
  for (const auto& record : records()) {
    const auto evidence = read_evidence(record.event).value();
    EXPECT_EQ(evidence.prevhash, previous);
    EXPECT_EQ(evidence.sequence, record.sequence);
    EXPECT_EQ(evidence.key_id, outbox.key_id());
    EXPECT_TRUE(signature_holds(evidence, outbox.public_key()));
    EXPECT_EQ(*read_hash(*db, record.sequence), evidence.hash);
    previous = evidence.hash;
  }
  EXPECT_EQ(read_position(*db)->last_hash, previous);
}

TEST_F(OutboxTest, a_record_is_stored_as_it_was_given_with_what_the_log_fills) {
  auto event = draft("bytes");
  event.attributes["traceparent"] = "00-1-2-03";
  clock.set_state(ClockState::holdover);
  ASSERT_TRUE(outbox.append(*db, event));
  const auto stored = records().front().event;
  EXPECT_EQ(stored.data, event.data);
  for (const auto& [name, value] : event.attributes) EXPECT_EQ(stored.get(name), value) << name;
  EXPECT_EQ(stored.get("specversion"), "1.0");
  EXPECT_EQ(stored.get("sequence"), "00000000000000000001");
  EXPECT_EQ(stored.get("recordedtime"), rfc3339(clock.wall()));
  EXPECT_EQ(stored.get("clockstate"), "holdover");
}

TEST_F(OutboxTest, a_rolled_back_savepoint_leaves_no_gap_and_no_break_in_the_chain) {
  append();
  db->execute("SAVEPOINT job");
  const auto lost = append();
  EXPECT_EQ(lost.sequence, 2U);
  db->execute("ROLLBACK TO job; RELEASE job");
  const auto kept = append();
  EXPECT_EQ(kept.sequence, 2U);
  EXPECT_EQ(read_evidence(records(2).front().event)->prevhash, *read_hash(*db, 1));
}

TEST_F(OutboxTest, the_first_record_undone_undoes_the_stream_too) {
  db->execute("SAVEPOINT job");
  const auto lost = append();
  db->execute("ROLLBACK TO job; RELEASE job");
  EXPECT_FALSE(read_position(*db));
  EXPECT_NE(append().stream_id, lost.stream_id);
}

TEST_F(OutboxTest, the_sequence_goes_on_after_a_restart) {
  append();
  const auto second = append();
  open();
  const auto third = append();
  EXPECT_EQ(third.stream_id, second.stream_id);
  EXPECT_EQ(third.sequence, 3U);
  EXPECT_EQ(read_evidence(records(3).front().event)->prevhash, second.hash);
}

TEST_F(OutboxTest, the_same_event_is_not_recorded_twice) {
  const auto event = draft();
  ASSERT_TRUE(outbox.append(*db, event));
  const auto again = outbox.append(*db, event);
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().kind, ErrorKind::conflict);
  ASSERT_TRUE(settle(1));
  EXPECT_EQ(outbox.append(*db, event).error().kind, ErrorKind::conflict) << "settled or not";
  EXPECT_EQ(read_position(*db)->last_sequence, 1U);
}

TEST_F(OutboxTest, what_is_missing_malformed_or_too_large_is_refused_and_nothing_is_stored) {
  const auto refused = [&](Event event) {
    const auto result = outbox.append(*db, std::move(event));
    return !result && result.error().kind == ErrorKind::invalid_input;
  };
  for (const auto* name : {"id", "source", "type", "partitionkey"}) {
    auto event = draft();
    event.attributes.erase(name);
    EXPECT_TRUE(refused(event)) << name;
  }
  auto event = draft();
  event.attributes["id"] = "no uuid";
  EXPECT_TRUE(refused(event));
  event = draft();
  event.attributes["sequence"] = "1";
  EXPECT_TRUE(refused(event)) << "the log fills it";
  event = draft();
  event.attributes["partitionkey"] = std::string(kMostKeyCharacters + 1, 'x');
  EXPECT_TRUE(refused(event));
  EXPECT_TRUE(refused(draft(std::string(kMostDataBytes + 1, 'x'))));
  db->execute("SAVEPOINT job");
  event = draft();
  event.attributes["subject"] = std::string(kMostAttributeBytes, 'x');
  EXPECT_TRUE(refused(event));
  db->execute("ROLLBACK TO job; RELEASE job");
  EXPECT_TRUE(outbox.append(*db, draft(std::string(kMostDataBytes, 'x')))) << "exactly at the bound";
  EXPECT_EQ(read_position(*db)->last_sequence, 1U);
}

TEST_F(OutboxTest, a_full_quota_refuses_and_settling_makes_room) {
  const Outbox small(SigningKey::generate(), clock, 200'000);
  uint64_t stored = 0;
  Result<Appended> last;
  while ((last = small.append(*db, draft(std::string(50'000, 'x'))))) ++stored;
  EXPECT_EQ(last.error().kind, ErrorKind::no_space);
  EXPECT_EQ(stored, 3U);
  EXPECT_EQ(read_backlog(*db).depth, stored);
  ASSERT_TRUE(settle(1));
  EXPECT_TRUE(small.append(*db, draft(std::string(50'000, 'x'))));
}

TEST_F(OutboxTest, settling_marks_rows_up_to_the_receipt_and_no_other) {
  std::vector<Event> events;
  for (int i = 0; i < 4; ++i) {
    events.push_back(draft());
    ASSERT_TRUE(outbox.append(*db, events.back()));
  }
  clock.advance(Millis{500});
  const auto settled = settle(3).value();
  EXPECT_EQ(settled.settled, 3U);
  EXPECT_EQ(settled.through, 3U);
  EXPECT_EQ(state_of(events[2]), RecordState::settled);
  EXPECT_EQ(find_record(*db, id_of(events[2]))->receipted, clock.wall());
  EXPECT_EQ(state_of(events[3]), RecordState::pending);
  EXPECT_EQ(read_position(*db)->settled_through, 3U);
  EXPECT_EQ(settle(3)->settled, 0U) << "said again";
  EXPECT_EQ(settle(2)->through, 3U) << "never back";
  EXPECT_EQ(read_position(*db)->settled_through, 3U);
}

TEST_F(OutboxTest, a_row_leaves_only_on_a_receipt_about_this_logs_past) {
  const auto event = draft();
  ASSERT_TRUE(outbox.append(*db, event));
  const auto stream = read_position(*db)->stream_id;
  const auto refused = [&](const Uuid& id, uint64_t through, const Hash& hash) {
    const auto result = outbox.settle(*db, id, through, hash, {});
    return !result && result.error().kind == ErrorKind::conflict;
  };
  EXPECT_TRUE(refused(Uuid::v7(clock.wall()), 1, *read_hash(*db, 1)));
  EXPECT_TRUE(refused(stream, 2, Hash{}));
  EXPECT_TRUE(refused(stream, 1, Hash{}));
  EXPECT_EQ(state_of(event), RecordState::pending);
}

TEST_F(OutboxTest, a_parking_counts_only_when_its_event_id_is_the_rows) {
  std::vector<Event> events;
  for (int i = 0; i < 3; ++i) {
    events.push_back(draft());
    ASSERT_TRUE(outbox.append(*db, events.back()));
  }
  const Parking right{2, id_of(events[1]), "too large for the entity", true};
  const Parking wrong{1, id_of(events[2]), "too large for the entity", false};
  const auto settled = settle(2, {right, wrong}).value();
  EXPECT_EQ(settled.parked, std::vector<Parking>{right});
  EXPECT_EQ(state_of(events[0]), RecordState::settled);
  const auto parked = find_record(*db, id_of(events[1])).value();
  EXPECT_EQ(parked.state, RecordState::parked);
  EXPECT_EQ(parked.reason, right.reason);
  EXPECT_TRUE(parked.maybe_delivered);
  EXPECT_EQ(read_backlog(*db).parked, 1U);
}

TEST_F(OutboxTest, a_settled_row_is_not_parked_afterwards) {
  const auto event = draft();
  ASSERT_TRUE(outbox.append(*db, event));
  ASSERT_TRUE(settle(1));
  EXPECT_TRUE(settle(1, {{1, id_of(event), "late", false}})->parked.empty());
  EXPECT_EQ(state_of(event), RecordState::settled);
}

TEST_F(OutboxTest, parked_rows_still_count_towards_the_quota) {
  const auto event = draft();
  ASSERT_TRUE(outbox.append(*db, event));
  append();
  const auto before = read_backlog(*db).unsettled_bytes;
  ASSERT_TRUE(settle(2, {{1, id_of(event), "refused", false}}));
  const auto after = read_backlog(*db).unsettled_bytes;
  EXPECT_GT(after, 0U);
  EXPECT_LT(after, before);
}

TEST_F(OutboxTest, reading_is_limited_by_count_and_by_bytes) {
  for (int i = 0; i < 5; ++i) ASSERT_TRUE(outbox.append(*db, draft(std::string(1'000, 'x'))));
  EXPECT_EQ(read_records(*db, 2, 2, 1'000'000).size(), 2U);
  const auto size = records().front().size_bytes;
  EXPECT_EQ(read_records(*db, 1, 100, 3 * size + size / 2).size(), 3U);
  EXPECT_TRUE(read_records(*db, 1, 100, size - 1).empty());
  EXPECT_EQ(read_records(*db, 4, 100, 1'000'000).front().sequence, 4U);
  EXPECT_TRUE(read_records(*db, 6, 100, 1'000'000).empty());
}

TEST_F(OutboxTest, the_backlog_tells_depth_and_age_of_the_oldest) {
  EXPECT_EQ(read_backlog(*db).depth, 0U);
  append();
  clock.advance(Millis{10'000});
  append();
  const auto second = clock.wall();
  clock.advance(Millis{10'000});
  EXPECT_EQ(read_backlog(*db).depth, 2U);
  EXPECT_EQ(*read_backlog(*db).oldest, second - Millis{10'000});
  ASSERT_TRUE(settle(1));
  EXPECT_EQ(*read_backlog(*db).oldest, second);
  ASSERT_TRUE(settle(2));
  EXPECT_FALSE(read_backlog(*db).oldest);
}

TEST_F(OutboxTest, a_new_stream_takes_the_pending_rows_along_under_their_old_ids) {
  std::vector<Event> events;
  for (int i = 0; i < 4; ++i) {
    events.push_back(draft("payload " + std::to_string(i)));
    ASSERT_TRUE(outbox.append(*db, events.back()));
  }
  const std::string recorded_then(records(4).front().event.get("recordedtime"));
  ASSERT_TRUE(settle(2, {{2, id_of(events[1]), "refused", false}}));
  const auto old = *read_position(*db);
  clock.advance(Millis{5'000});

  const auto fresh = outbox.open_new_stream(*db, [&](const StreamPosition& from, const StreamPosition& to) {
    EXPECT_NE(from.stream_id, to.stream_id);
    auto opening = draft("opening");
    opening.attributes["subject"] = from.stream_id.string();
    return opening;
  });
  ASSERT_TRUE(fresh);
  EXPECT_NE(fresh->stream_id, old.stream_id);
  EXPECT_EQ(*fresh, *read_position(*db));
  const auto moved = records();
  ASSERT_EQ(moved.size(), 3U);
  EXPECT_EQ(moved[0].event.get("subject"), old.stream_id.string());
  EXPECT_EQ(moved[1].event.get("id"), events[2].get("id"));
  EXPECT_EQ(moved[2].event.get("id"), events[3].get("id"));
  EXPECT_EQ(moved[2].event.data, events[3].data);
  EXPECT_EQ(moved[2].event.get("recordedtime"), recorded_then) << "when it was recorded first";
  Hash previous = kFirstPrevHash;
  for (const auto& record : moved) {
    const auto evidence = read_evidence(record.event).value();
    EXPECT_EQ(evidence.stream_id, fresh->stream_id);
    EXPECT_EQ(evidence.prevhash, previous);
    EXPECT_TRUE(signature_holds(evidence, outbox.public_key()));
    previous = evidence.hash;
  }
  EXPECT_EQ(find_record(*db, id_of(events[0]))->stream_id, old.stream_id);
  EXPECT_EQ(find_record(*db, id_of(events[1]))->state, RecordState::parked);
  EXPECT_EQ(find_record(*db, id_of(events[3]))->sequence, 3U);
  auto& payloads = db->statement("SELECT count(*) FROM payload").bind();
  payloads.step();
  EXPECT_EQ(payloads.integer(0), 5) << "no payload was copied";
  payloads.reset();
  ASSERT_TRUE(settle(3));
  EXPECT_EQ(read_backlog(*db).parked, 1U);
}

}  // namespace
}  // namespace millrace::delivery
