// The same key again: for the same it is done once, for something else it is refused and both are kept.
#include <future>

#include "captures.hpp"

namespace millrace::edge {
namespace {

using std::chrono::seconds;

TEST_F(Captures, the_same_submission_again_is_the_same_even_after_a_restart) {
  const auto at = open(key()).value();
  answer_all(at);
  const auto event_id = key();
  ASSERT_TRUE(submit(event_id, at).value().is_new);
  EXPECT_FALSE(submit(event_id, at).value().is_new);
  restart();
  EXPECT_FALSE(submit(event_id, at).value().is_new);
  EXPECT_EQ(records().size(), 1U);
  EXPECT_EQ(count("SELECT count(*) FROM key_conflict"), 0);
}

TEST_F(Captures, beginning_again_under_the_same_key_gives_the_same_attempt_and_lease) {
  const auto start_key = key();
  const auto first = open(start_key).value();
  const auto again = open(start_key).value();
  EXPECT_EQ(again.attempt_id, first.attempt_id);
  EXPECT_EQ(again.lease, first.lease);
  EXPECT_FALSE(again.is_new);
  const auto taken_up = open(key()).value();
  EXPECT_GT(taken_up.lease, first.lease);
  EXPECT_EQ(open(start_key).value().lease, first.lease) << "an old key never learns a newer lease";
}

TEST_F(Captures, an_answer_again_under_the_same_key_counts_once_even_when_the_test_is_closed) {
  const auto at = open(key()).value();
  const auto answer_key = key();
  const auto first = save(answer_key, at, "dry", Truth{true}).value();
  clock_.advance(seconds{5});
  EXPECT_EQ(save(answer_key, at, "dry", Truth{true}).value().saved_at, first.saved_at);
  EXPECT_EQ(count("SELECT count(*) FROM journal"), 1);
  ASSERT_TRUE(submit(key(), at));
  EXPECT_EQ(save(answer_key, at, "dry", Truth{true}).value().saved_at, first.saved_at);
}

TEST_F(Captures, the_same_key_for_something_else_is_refused_and_both_are_kept) {
  const auto at = open(key()).value();
  const auto answer_key = key();
  ASSERT_TRUE(save(answer_key, at, "dry", Truth{true}));
  for (int i = 0; i < 2; ++i) {
    EXPECT_EQ(save(answer_key, at, "dry", Truth{false}).error().reason, Reason::key_reused);
  }
  EXPECT_EQ(submit(answer_key, at).error().reason, Reason::key_reused);
  EXPECT_EQ(count("SELECT count(*) FROM key_conflict"), 2) << "each other body once";
  EXPECT_EQ(count("SELECT count(*) FROM submission WHERE body LIKE 'answer%true%'"), 1);
  EXPECT_EQ(records().size(), 0U);
  EXPECT_EQ(AttemptStore::answers(*reader_, at.attempt_id).at("dry").response, Response(Truth{true}));
}

TEST_F(Captures, of_a_conflict_beyond_those_that_are_kept_nobody_says_that_both_are) {
  const auto at = open(key()).value();
  const auto answer_key = key();
  ASSERT_TRUE(save(answer_key, at, "dry", Truth{true}));
  ASSERT_TRUE(await(writer_->commit([](store::Connection& db) -> Result<> {
    db.statement(
          "WITH RECURSIVE n (i) AS (SELECT 2 UNION ALL SELECT i + 1 FROM n WHERE i < ?)"
          " INSERT INTO key_conflict (submission_key, operator_id, kiosk, body, came_at)"
          " SELECT x'00', 'op-1', 'k1', i, 0 FROM n")
        .bind(kMostConflictsKept)
        .run();
    return {};
  })));
  const auto last = save(answer_key, at, "dry", Truth{false}).error();
  EXPECT_EQ(last.reference, "KC-10000");
  EXPECT_THAT(last.detail, ::testing::HasSubstr("Both are kept"));
  const auto beyond = save(answer_key, at, "dry", Truth{true}, true).error();
  EXPECT_EQ(beyond.reason, Reason::key_reused);
  EXPECT_EQ(beyond.reference, "");
  EXPECT_THAT(beyond.detail, ::testing::HasSubstr("kept the first and not this one"));
  EXPECT_EQ(count("SELECT count(*) FROM key_conflict"), kMostConflictsKept);
}

TEST_F(Captures, a_conflict_that_a_full_disk_undid_has_no_reference_that_another_gets_later) {
  const auto at = open(key()).value();
  const auto answer_key = key();
  const auto other_key = key();
  ASSERT_TRUE(save(answer_key, at, "dry", Truth{true}));
  ASSERT_TRUE(save(other_key, at, "valve", Choice{"a"}));
  // Both come while the disk is busy, and so are committed together.
  std::promise<void> is_busy;
  writer_->submit(
      [&](store::Connection&) -> Result<> {
        is_busy.get_future().wait();
        return {};
      },
      {});
  std::optional<Outcome<Saved>> undone;
  boost::asio::co_spawn(
      loop_.context(), capture_->save(write(answer_key), at.attempt_id, at.lease, "dry", Truth{false}, false),
      [&](const std::exception_ptr&, Outcome<Saved> saved) { undone = std::move(saved); });
  loop_.context().poll();
  writer_->submit(
      [](store::Connection& db) -> Result<> {
        db.execute("PRAGMA max_page_count = 1");  // no more than there are
        db.execute("CREATE TABLE filler AS SELECT zeroblob(1048576)");
        return {};
      },
      {});
  is_busy.set_value();
  ASSERT_TRUE(loop_.until([&] { return undone.has_value(); }));
  EXPECT_EQ(undone->error().reason, Reason::storage_full);
  EXPECT_EQ(undone->error().reference, "");
  EXPECT_EQ(count("SELECT count(*) FROM key_conflict"), 0);

  ASSERT_TRUE(await(writer_->commit([](store::Connection& db) -> Result<> {
    db.execute("PRAGMA max_page_count = 1000000");
    return {};
  })));
  EXPECT_EQ(save(other_key, at, "valve", Choice{"b"}).error().reference, "KC-1");
  EXPECT_EQ(save(answer_key, at, "dry", Truth{false}).error().reference, "KC-2");
}

}  // namespace
}  // namespace millrace::edge
