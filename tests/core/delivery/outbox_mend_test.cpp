// What of a damaged log goes on, and what does not.
#include "outbox_fixture.hpp"

namespace millrace::delivery {
namespace {

class OutboxMendTest : public OutboxTest {
 protected:
  void execute(const char* sql) {
    db->execute("PRAGMA foreign_keys=OFF");
    db->execute(sql);
  }
  Event appended(const std::string& data) {
    auto event = draft(data);
    EXPECT_TRUE(outbox.append(*db, event));
    return event;
  }
  StreamPosition leave() {
    return outbox.open_new_stream(*db, [&](const auto&, const auto&) { return draft("opening"); }).value();
  }
  /// The events of the current stream behind its first record.
  std::vector<std::string> moved() {
    std::vector<std::string> ids;
    for (const auto& record : records(2)) ids.emplace_back(record.event.get("id"));
    return ids;
  }
  static std::string id(const Event& event) { return std::string(event.get("id")); }
};

TEST_F(OutboxMendTest, a_sound_log_is_found_sound) {
  EXPECT_TRUE(outbox.check_unsettled(*db)) << "an empty one";
  append();
  append();
  EXPECT_TRUE(outbox.check_unsettled(*db));
  ASSERT_TRUE(settle(1));
  append();
  EXPECT_TRUE(outbox.check_unsettled(*db));
  leave();
  EXPECT_TRUE(outbox.check_unsettled(*db));
}

TEST_F(OutboxMendTest, whatever_is_not_as_recorded_is_found) {
  for (const char* damage : {"UPDATE payload SET data = x'00' WHERE id = 2",
                             "UPDATE record SET attributes = x'00' WHERE sequence = 2",
                             "UPDATE record SET prevhash = zeroblob(32) WHERE sequence = 2",
                             "UPDATE record SET hash = zeroblob(32) WHERE sequence = 2",
                             "UPDATE record SET signature = zeroblob(64) WHERE sequence = 2",
                             "UPDATE record SET event_id = zeroblob(16) WHERE sequence = 2",
                             "DELETE FROM record WHERE sequence = 2", "DELETE FROM payload WHERE id = 2",
                             "UPDATE stream SET last_hash = zeroblob(32)"}) {
    SCOPED_TRACE(damage);
    db.reset();
    std::filesystem::remove(folder / "edge.db");
    open();
    for (int i = 0; i < 3; ++i) append();
    ASSERT_TRUE(outbox.check_unsettled(*db));
    execute(damage);
    const auto found = outbox.check_unsettled(*db);
    ASSERT_FALSE(found);
    EXPECT_EQ(found.error().kind, ErrorKind::corrupt);
  }
}

TEST_F(OutboxMendTest, what_a_receipt_covers_is_not_looked_at) {
  append();
  append();
  ASSERT_TRUE(settle(1));
  execute("UPDATE payload SET data = x'00' WHERE id = 1");
  EXPECT_TRUE(outbox.check_unsettled(*db));
}

TEST_F(OutboxMendTest, a_damaged_record_is_parked_and_the_others_go_on_in_a_new_stream) {
  const auto first = appended("first");
  const auto second = appended("second");
  const auto third = appended("third");
  execute("UPDATE payload SET data = x'00' WHERE id = 2");
  const auto old = read_position(*db)->stream_id;
  const auto mended = outbox.mend(*db);
  EXPECT_EQ(mended.lost, 0U);
  ASSERT_TRUE(must_leave(*db));
  leave();
  EXPECT_FALSE(must_leave(*db));
  EXPECT_EQ(moved(), (std::vector{id(first), id(third)}));
  EXPECT_TRUE(outbox.check_unsettled(*db));

  EXPECT_EQ(find_record(*db, id_of(second))->state, RecordState::parked);
  const Decision decision{"root", "it is broken"};
  const auto refused = outbox.replay(*db, {old, 2}, decision);
  ASSERT_FALSE(refused) << "nobody handed this in";
  EXPECT_EQ(refused.error().kind, ErrorKind::conflict);
  EXPECT_TRUE(outbox.discard(*db, {old, 2}, decision));
}

TEST_F(OutboxMendTest, a_new_stream_never_signs_what_is_not_as_recorded) {
  const auto first = appended("first");
  const auto second = appended("second");
  execute("UPDATE record SET signature = zeroblob(64) WHERE sequence = 1");
  leave();
  EXPECT_EQ(moved(), std::vector{id(second)});
  EXPECT_EQ(find_record(*db, id_of(first))->state, RecordState::parked);
}

TEST_F(OutboxMendTest, lost_rows_are_counted_and_the_rest_keeps_its_order) {
  append();
  ASSERT_TRUE(settle(1));
  const auto second = appended("second");
  appended("third");
  const auto fourth = appended("fourth");
  execute("DELETE FROM payload WHERE id = 3");
  const auto mended = outbox.mend(*db);
  EXPECT_EQ(mended.lost, 1U);
  leave();
  EXPECT_EQ(moved(), (std::vector{id(second), id(fourth)}));
}

TEST_F(OutboxMendTest, a_lost_first_record_is_lost) {
  append();
  append();
  execute("DELETE FROM payload WHERE id = 1");
  EXPECT_EQ(outbox.mend(*db).lost, 1U);
}

TEST_F(OutboxMendTest, a_stream_whose_own_row_is_lost_is_named_by_its_records) {
  append();
  ASSERT_TRUE(settle(1));
  const auto second = appended("second");
  const auto old = *read_position(*db);
  execute("DELETE FROM stream");
  const auto mended = outbox.mend(*db);
  EXPECT_EQ(mended.lost, 0U);
  EXPECT_EQ(read_position(*db), old);
  leave();
  EXPECT_EQ(moved(), std::vector{id(second)});
  EXPECT_EQ(read_position(*db)->unsettled_bytes, read_backlog(*db).unsettled_bytes);
}

TEST_F(OutboxMendTest, what_was_moved_into_rows_that_are_lost_is_sent_again_before_what_came_later) {
  const auto first = appended("first");
  const auto second = appended("second");
  leave();
  const auto third = appended("third");
  execute("DELETE FROM record WHERE stream = 2 AND sequence = 3");  // where `second` had gone
  EXPECT_FALSE(outbox.check_unsettled(*db));
  const auto mended = outbox.mend(*db);
  EXPECT_EQ(mended.again, 1U);
  leave();
  const auto ids = moved();
  ASSERT_EQ(ids.size(), 4U);
  EXPECT_EQ(ids.at(0), id(second)) << "it stood in the oldest stream";
  EXPECT_EQ(ids.at(2), id(first)) << "behind the opening of the second stream";
  EXPECT_EQ(ids.at(3), id(third));
  EXPECT_TRUE(outbox.check_unsettled(*db));
}

TEST_F(OutboxMendTest, what_a_person_gave_up_stays_given_up) {
  const auto event = appended("refused");
  ASSERT_TRUE(settle(1, {{1, id_of(event), "too large", false}}));
  const auto stream = read_position(*db)->stream_id;
  ASSERT_TRUE(outbox.replay(*db, {stream, 1}, {"root", "once more"}));
  ASSERT_TRUE(settle(2, {{2, id_of(event), "too large", false}}));
  ASSERT_TRUE(outbox.discard(*db, {stream, 2}, {"root", "enough"}));
  execute("DELETE FROM record WHERE sequence = 2");
  EXPECT_EQ(outbox.mend(*db).again, 0U);
}

TEST_F(OutboxMendTest, an_empty_log_needs_no_new_stream) {
  outbox.mend(*db);
  EXPECT_FALSE(must_leave(*db));
}

}  // namespace
}  // namespace millrace::delivery
