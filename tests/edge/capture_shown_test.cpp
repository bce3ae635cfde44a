// Which question was shown, and for how long, as it is stored and told.
#include <map>

#include "captures.hpp"

namespace millrace::edge {
namespace {

using std::chrono::seconds;

TEST_F(Captures, the_question_that_was_shown_is_stored_with_the_timer_and_outlives_the_box) {
  const auto at = open(key()).value();
  const auto shown = [&] { return attempts_->find(*reader_, at.attempt_id)->shown_item; };
  EXPECT_EQ(shown(), "");
  ASSERT_TRUE(save(key(), at, "valve", Choice{"a"}));
  EXPECT_EQ(shown(), "valve");
  await(capture_->count({{at.attempt_id, "dry"}}));
  restart();
  EXPECT_EQ(shown(), "dry");
  await(capture_->count({Attended{at.attempt_id}}));
  EXPECT_EQ(shown(), "dry") << "a screen that does not say changes nothing";
  await(capture_->pause({at.attempt_id, "signs"}, at.lease + 1, Pause::idle_lock, moment(clock_)));
  EXPECT_EQ(shown(), "dry") << "nor does one that was overtaken";
  await(capture_->pause({at.attempt_id, "signs"}, at.lease, Pause::idle_lock, moment(clock_)));
  EXPECT_EQ(shown(), "signs");
  ASSERT_TRUE(open(key(), "as-1", "de", "op-1", "k2"));
  EXPECT_EQ(shown(), "signs") << "taking it up shows nothing yet";
}

TEST_F(Captures, the_event_sums_how_long_a_question_was_shown_for_all_answers_to_it) {
  const auto at = open(key()).value();
  const auto first = key();
  ASSERT_TRUE(save_shown(first, at, "valve", Choice{"b"}, seconds{20}));
  ASSERT_TRUE(save_shown(first, at, "valve", Choice{"b"}, seconds{21})) << "the same again counts once";
  ASSERT_TRUE(save_shown(key(), at, "valve", Choice{"a"}, seconds{5}));
  ASSERT_TRUE(save_shown(key(), at, "dry", Truth{true}, std::chrono::days{100}));
  ASSERT_TRUE(save(key(), at, "signs", Choices{{"a"}}));
  EXPECT_EQ(count("SELECT count(*) FROM journal WHERE shown_ms IS NULL"), 1) << "not told";
  restart();
  ASSERT_TRUE(submit(key(), at));
  std::map<std::string, uint32_t> shown_ms;
  for (const auto& item : completion().items()) shown_ms[item.item_id()] = item.shown_ms();
  const std::map<std::string, uint32_t> expected{
      {"valve", 25'000}, {"dry", 4'294'967'295}, {"signs", 0}, {"pressure", 0}};
  EXPECT_EQ(shown_ms, expected);
}

TEST_F(Captures, where_the_plant_took_its_word_back_what_was_stored_before_is_not_told) {
  const auto at = open(key()).value();
  ASSERT_TRUE(save_shown(key(), at, "valve", Choice{"b"}, seconds{20}));
  tells_times_ = false;
  restart();
  ASSERT_TRUE(submit(key(), at));
  for (const auto& item : completion().items()) EXPECT_EQ(item.shown_ms(), 0U);
}

/// Of attempts that are old, the centre has or has not.
class OldAnswers : public Captures {
 protected:
  uint64_t prune(Millis older_than = Millis{0}) {
    auto pruned = std::make_shared<uint64_t>(0);
    bool done = false;
    writer_->submit(
        [pruned, before = clock_.wall() - older_than](store::Connection& db) -> Result<> {
          *pruned = AttemptStore::prune_answers(db, before, 10);
          return {};
        },
        [&done](const Result<>& committed) {
          EXPECT_TRUE(committed);
          done = true;
        });
    EXPECT_TRUE(loop_.until([&] { return done; }));
    return *pruned;
  }
  void settle_all() {
    bool done = false;
    writer_->submit(
        [this](store::Connection& db) -> Result<> {
          const auto at = delivery::read_position(db).value();
          const auto settled = outbox_->settle(db, at.stream_id, at.last_sequence, at.last_hash, {});
          return settled ? Result<>() : std::unexpected(settled.error());
        },
        [&done](const Result<>& committed) {
          EXPECT_TRUE(committed);
          done = true;
        });
    EXPECT_TRUE(loop_.until([&] { return done; }));
  }
};

TEST_F(OldAnswers, stay_where_no_settled_record_says_that_the_centre_has_them) {
  for (const auto* state : {"discarded", "lost"}) {
    SCOPED_TRACE(state);
    const auto at = open(key()).value();
    ASSERT_TRUE(save(key(), at, "valve", Choice{"b"}));
    ASSERT_TRUE(submit(key(), at));
    settle_all();
    bool done = false;
    writer_->submit(
        [state = std::string_view(state)](store::Connection& db) -> Result<> {
          db.execute(state == "lost" ? "DELETE FROM record" : "UPDATE record SET state = 'discarded'");
          return {};
        },
        [&done](const Result<>&) { done = true; });
    ASSERT_TRUE(loop_.until([&] { return done; }));
    clock_.advance(seconds{1});
    EXPECT_EQ(prune(), 0U);
  }
}

TEST_F(OldAnswers, go_once_the_centre_has_the_record_and_the_result_stays) {
  const auto at = open(key()).value();
  const auto answered = key();
  ASSERT_TRUE(save(answered, at, "valve", Choice{"a"}));
  clock_.advance(seconds{1});
  EXPECT_EQ(prune(), 0U) << "it is not handed in";
  const auto handed_in = key();
  ASSERT_TRUE(submit(handed_in, at));
  clock_.advance(seconds{1});
  EXPECT_EQ(prune(), 0U) << "the centre does not have it";
  settle_all();
  EXPECT_EQ(prune(seconds{2}), 0U) << "it is not old";
  EXPECT_EQ(prune(), 1U);
  EXPECT_EQ(prune(), 0U);
  EXPECT_EQ(count("SELECT count(*) FROM journal"), 0);
  EXPECT_EQ(count("SELECT count(*) FROM submission WHERE body LIKE 'answer%'"), 0);
  EXPECT_TRUE(AttemptStore::find_outcome(*reader_, at.attempt_id));
  EXPECT_EQ(submit(handed_in, at).value().attempt_id, at.attempt_id) << "asked again, it is still answered";
  EXPECT_EQ(save(answered, at, "valve", Choice{"a"}).error().reason, Reason::attempt_closed);
}

}  // namespace
}  // namespace millrace::edge
