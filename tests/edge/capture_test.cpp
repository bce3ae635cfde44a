// One transaction each: what is said to be saved is there, once, whatever is asked twice.
#include "captures.hpp"

namespace millrace::edge {
namespace {

using std::chrono::seconds;

TEST_F(Captures, handing_in_writes_submission_outcome_and_record_together) {
  const auto at = open(key()).value();
  answer_all(at);
  const auto event_id = key();
  ASSERT_TRUE(submit(event_id, at).value().is_new);
  EXPECT_EQ(count("SELECT count(*) FROM outcome"), 1);
  EXPECT_EQ(count("SELECT count(*) FROM attempt WHERE state = 'submitted'"), 1);
  EXPECT_EQ(delivery::find_record(*reader_, event_id)->state, delivery::RecordState::pending);
  const auto outcome = AttemptStore::find_outcome(*reader_, at.attempt_id).value();
  EXPECT_EQ(outcome.event_id, event_id);
  EXPECT_EQ(outcome.score_bp, 8'750);
  EXPECT_TRUE(outcome.passed);
  EXPECT_EQ(outcome.correct, 3U);
  EXPECT_EQ(outcome.topics_missed, std::vector<std::string>{"start"});
}

TEST_F(Captures, a_disk_without_room_refuses_whatever_is_new_and_goes_on_when_there_is_room) {
  const auto at = open(key()).value();
  answer_all(at);
  has_room_ = false;
  const auto event_id = key();
  EXPECT_EQ(submit(event_id, at).error().reason, Reason::storage_full);
  EXPECT_EQ(save(key(), at, "valve", Choice{"b"}).error().reason, Reason::storage_full);
  EXPECT_EQ(open(key()).error().reason, Reason::storage_full);
  EXPECT_TRUE(records().empty());
  has_room_ = true;
  EXPECT_TRUE(submit(event_id, at).value().is_new);
}

TEST_F(Captures, a_full_outbox_stores_nothing_of_it) {
  const auto at = open(key()).value();
  answer_all(at);
  restart(1);
  const auto refused = submit(key(), at);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().reason, Reason::storage_full);
  EXPECT_EQ(count("SELECT count(*) FROM outcome"), 0);
  EXPECT_EQ(count("SELECT count(*) FROM attempt WHERE state = 'submitted'"), 0);
  EXPECT_EQ(count("SELECT count(*) FROM record"), 0);
  restart();
  EXPECT_TRUE(submit(key(), at)) << "and it can be handed in later";
}

class CapturesWithoutRoom : public Captures {
 protected:
  void SetUp() override {
    Captures::SetUp();
    at_ = open(key()).value();
    limit_ = *left();
    clock_.advance(seconds{20});
    run("CREATE TRIGGER no_room BEFORE UPDATE ON attempt BEGIN SELECT RAISE(ABORT, 'full'); END");
    await(capture_->pause({at_.attempt_id}, at_.lease, Pause::idle_lock, moment(clock_)));
    EXPECT_EQ(count("SELECT count(*) FROM attempt WHERE paused IS NOT NULL"), 0);
    clock_.advance(seconds{300});
  }
  void run(const std::string& sql) {
    store::Connection::open(file(), store::Connection::Mode::writer).value()->execute(sql);
  }
  void make_room() { run("DROP TRIGGER no_room"); }
  std::optional<Millis> left() {
    return attempts_->find(*reader_, at_.attempt_id)->attempt.remaining(clock_.mono());
  }
  Opened at_;
  Millis limit_{0};
};

TEST_F(CapturesWithoutRoom, store_a_pause_when_there_is_room_again_as_of_when_it_was) {
  await(capture_->store_pauses());
  EXPECT_LT(*left(), limit_ - seconds{300}) << "the clock still runs";
  make_room();
  await(capture_->store_pauses());
  EXPECT_EQ(*left(), limit_ - seconds{20});
  EXPECT_EQ(count("SELECT count(*) FROM attempt WHERE paused = 1"), 1);
  ASSERT_TRUE(open(key()));
  clock_.advance(seconds{5});
  await(capture_->store_pauses());
  EXPECT_NEAR(static_cast<double>(left()->count()), static_cast<double>((limit_ - seconds{25}).count()), 10)
      << "it is kept no longer";
}

TEST_F(CapturesWithoutRoom, take_no_time_from_whoever_comes_back_before_the_pause_was_stored) {
  EXPECT_EQ(open(key()).error().reason, Reason::internal);
  make_room();
  ASSERT_TRUE(open(key(), "as-1", "en", "op-1", "k2"));
  EXPECT_EQ(*left(), limit_ - seconds{20});
  EXPECT_EQ(count("SELECT kind FROM interruption"), static_cast<int64_t>(Pause::idle_lock));
}

TEST_F(CapturesWithoutRoom, stop_nobody_s_clock_who_answers_again_before_the_pause_was_stored) {
  make_room();
  ASSERT_TRUE(save(key(), at_, "valve", Choice{"b"}));
  await(capture_->store_pauses());
  EXPECT_EQ(*left(), limit_ - seconds{20}) << "the pause was none of their time";
  EXPECT_EQ(count("SELECT count(*) FROM attempt WHERE paused IS NOT NULL"), 0) << "and their clock runs";
}

TEST_F(Captures, the_event_says_everything_that_the_box_knows) {
  const auto began = clock_.wall() + Millis{1};
  const auto at = open(key()).value();
  clock_.advance(seconds{20});
  ASSERT_TRUE(save(key(), at, "valve", Choice{"b"}));
  ASSERT_TRUE(save(key(), at, "valve", Choice{"a"}));
  ASSERT_TRUE(save(key(), at, "valve", Choice{"a"}, true)) << "a flag is no change";
  ASSERT_TRUE(save(key(), at, "signs", Choices{{"a", "c"}}));
  await(capture_->pause({at.attempt_id}, at.lease, Pause::signed_out, moment(clock_)));
  clock_.advance(seconds{100});
  const auto again = open(key(), "as-1", "de", "op-1", "k2").value();
  ASSERT_EQ(again.attempt_id, at.attempt_id);
  ASSERT_TRUE(save(key(), again, "pressure", Number{"5.9"}));
  clock_.advance(seconds{10});
  const auto event_id = key();
  ASSERT_TRUE(submit(event_id, again));

  const auto record = records().at(0);
  const auto& event = record.event;
  EXPECT_EQ(event.get("id"), event_id.string());
  EXPECT_EQ(event.get("source"), "/sites/demo/edges/box-1");
  EXPECT_EQ(event.get("type"), "millrace.test.completed.v1");
  EXPECT_EQ(event.get("subject"), at.attempt_id.string());
  EXPECT_EQ(event.get("partitionkey"), "operator:op-1");
  EXPECT_EQ(event.get("datacontenttype"), "application/protobuf");
  EXPECT_EQ(event.get("dataschema"), "millrace.events.v1.TestCompleted");
  EXPECT_EQ(event.get("specversion"), "1.0");
  EXPECT_EQ(event.get("time"), rfc3339(clock_.wall()));

  const auto message = completion();
  EXPECT_EQ(message.h().submission_key(), event_id.string());
  EXPECT_EQ(message.h().place().site(), "demo");
  EXPECT_EQ(message.h().place().station(), "st-1");
  EXPECT_EQ(message.h().place().kiosk(), "k1") << "where it was handed in";
  EXPECT_EQ(message.h().occurred().at_ms(), wall_ms(clock_.wall()));
  EXPECT_EQ(message.h().occurred().boot_id(), "boot");
  EXPECT_EQ(message.h().occurred().clock_state(), pb::CLOCK_STATE_SYNCED);
  EXPECT_EQ(message.attempt_id(), at.attempt_id.string());
  EXPECT_EQ(message.assignment_id(), "as-1");
  EXPECT_EQ(message.operator_id(), "op-1");
  EXPECT_EQ(message.attempt_no(), 1U);
  EXPECT_EQ(message.package_sha256(), as_text(sha256(as_bytes(test::pumps_text()))));
  EXPECT_EQ(message.language(), "de");
  EXPECT_EQ(message.started_ms(), wall_ms(began));
  EXPECT_EQ(message.active_ms(), 30'006) << "the pause does not count";
  ASSERT_EQ(message.interruptions_size(), 1);
  EXPECT_EQ(message.interruptions(0).kind(), pb::Interruption::KIND_SIGNED_OUT);
  EXPECT_EQ(message.interruptions(0).to_ms() - message.interruptions(0).from_ms(), 100'001);
  EXPECT_EQ(message.interruptions(0).resumed_on_kiosk(), "k2");
  EXPECT_EQ(message.score_bp(), 7'500U);
  EXPECT_EQ(message.pass_mark_bp(), 7'500U);
  EXPECT_EQ(message.outcome(), pb::OUTCOME_PASSED);
  EXPECT_EQ(message.end_reason(), pb::END_REASON_SUBMITTED);
  EXPECT_EQ(message.scorer_version(), kScorerVersion);

  const auto package = test::pumps();
  const auto form = make_form(*package, message.form_seed());
  ASSERT_EQ(message.items_size(), 4);
  for (int i = 0; i < 4; ++i) {
    const auto& item = message.items(i);
    EXPECT_EQ(item.item_id(), form[static_cast<size_t>(i)].item->id) << "the seed rebuilds what was shown";
    EXPECT_EQ(item.position(), static_cast<uint32_t>(i + 1));
    EXPECT_EQ(item.shown_ms(), 0U);
    EXPECT_EQ(item.has_response(), item.item_id() != "dry");
    if (item.item_id() == "valve") {
      EXPECT_EQ(item.changes(), 1U);
      EXPECT_TRUE(item.critical());
      EXPECT_EQ(item.response().choice(), "a");
    }
    if (item.item_id() == "pressure") EXPECT_EQ(item.response().number(), "5.9");
  }
}

TEST_F(Captures, the_operators_signature_covers_the_message_before_it) {
  const auto at = open(key()).value();
  ASSERT_TRUE(submit(key(), at));
  auto message = completion();
  const auto signature = message.operator_signature();
  EXPECT_EQ(signature.signer_id(), "op-1");
  EXPECT_EQ(signature.printed_name(), "") << "names stay off the wire";
  EXPECT_EQ(signature.meaning(), "test.submitted");
  EXPECT_EQ(signature.components_used_size(), 2);
  message.clear_operator_signature();
  const auto before = message.SerializeAsString();
  EXPECT_EQ(signature.record_sha256(), as_text(sha256(as_bytes(before))));
  EXPECT_EQ(as_text(records().at(0).event.data).substr(0, before.size()), before);
}

TEST_F(Captures, the_journal_hash_can_be_made_again_from_the_journal) {
  const auto at = open(key()).value();
  answer_all(at);
  ASSERT_TRUE(submit(key(), at));
  Sha256 hash{};
  Query row(*reader_, "SELECT item_id, response, flagged, saved_at FROM journal ORDER BY number");
  while (row->step()) {
    const auto entry =
        fmt::format("{}\n{}\n{}\n{}\n", row->text(0), row->text(1), row->integer(2), row->integer(3));
    hash = Sha256Stream().add(hash).add(as_bytes(entry)).finish();
  }
  EXPECT_EQ(completion().journal_sha256(), as_text(hash));
}

TEST_F(Captures, another_operators_key_attempt_and_assignment_are_out_of_reach) {
  const auto at = open(key()).value();
  EXPECT_EQ(submit(key(), at, "op-2").error().reason, Reason::not_found);
  EXPECT_EQ(open(key(), "as-2").error().reason, Reason::not_found);
  EXPECT_EQ(open(key(), "as-none").error().reason, Reason::not_found);
  const auto own = key();
  ASSERT_TRUE(submit(own, at));
  EXPECT_EQ(submit(own, at, "op-2").error().reason, Reason::key_reused);
}

TEST_F(Captures, only_what_may_be_begun_is_begun) {
  EXPECT_EQ(open(key(), "as-late").error().reason, Reason::assignment_expired);
  EXPECT_EQ(open(key(), "as-early").error().reason, Reason::not_open_yet);
  EXPECT_EQ(open(key(), "as-1", "fr").error().reason, Reason::bad_language);
  for (uint32_t number = 1; number <= 2; ++number) {
    const auto at = open(key()).value();
    ASSERT_TRUE(submit(key(), at));
    EXPECT_EQ(completion(number - 1).attempt_no(), number);
  }
  EXPECT_EQ(open(key()).error().reason, Reason::no_attempts_left);

  const auto passed = open(key(), "as-2", "en", "op-2").value();
  for (const auto& item : test::pumps()->items) {
    ASSERT_TRUE(await(
        capture_->save(write(key(), "op-2"), passed.attempt_id, passed.lease, item.id, item.answer, false)));
  }
  ASSERT_TRUE(submit(key(), passed, "op-2"));
  EXPECT_EQ(open(key(), "as-2", "en", "op-2").error().reason, Reason::already_passed);
}

TEST_F(Captures, an_answer_must_fit_its_question) {
  const auto at = open(key()).value();
  EXPECT_EQ(save(key(), at, "valve", Choice{"z"}).error().reason, Reason::bad_response);
  EXPECT_EQ(save(key(), at, "valve", Truth{true}).error().reason, Reason::bad_response);
  EXPECT_EQ(save(key(), at, "pressure", Number{"6,2"}).error().reason, Reason::bad_response);
  EXPECT_EQ(save(key(), at, "nothing", Truth{true}).error().reason, Reason::not_found);
  EXPECT_EQ(count("SELECT count(*) FROM journal"), 0);
  EXPECT_TRUE(save(key(), at, "valve", {})) << "taken back";
}

TEST_F(Captures, an_attempt_goes_on_with_the_package_it_began_with) {
  const auto at = open(key()).value();
  std::filesystem::remove(folder_.path() / "packages" / "pumps.json");
  test::write_text(
      folder_.path() / "assignments.json",
      R"({"format": "millrace-assignments/1", "as_of": "2026-01-05T06:00:00Z", "assignments": []})");
  content_.emplace(ContentFolder::load(test::content_paths(folder_.path())).value());
  ASSERT_EQ(content_->current().packages->find("pumps", 1), nullptr);
  restart();
  const auto again = open(key()).value();
  EXPECT_EQ(again.attempt_id, at.attempt_id) << "the assignment is gone, what was begun can be finished";
  ASSERT_TRUE(save(key(), again, "valve", Choice{"a"}));
  ASSERT_TRUE(submit(key(), again));
  EXPECT_EQ(AttemptStore::find_outcome(*reader_, at.attempt_id)->score_bp, 2'500);
}

TEST_F(Captures, nobody_begins_a_version_that_somebody_took_with_other_content) {
  const auto at = open(key()).value();
  EXPECT_TRUE(changed_versions(*reader_, *content_->current().packages).empty());
  const auto file = folder_.path() / "packages" / "pumps.json";
  test::write_text(file, test::with(test::pumps_text(), "\"choice\": \"a\"", "\"choice\": \"b\""));
  content_.emplace(ContentFolder::load(test::content_paths(folder_.path())).value());
  restart();
  const auto changed = changed_versions(*reader_, *content_->current().packages);
  ASSERT_EQ(changed.size(), 1U);
  EXPECT_TRUE(changed[0].starts_with("version 1 of 'pumps' was taken here with other content")) << changed[0];
  EXPECT_EQ(open(key(), "as-2", "en", "op-2").error().reason, Reason::package_unusable);
  EXPECT_EQ(open(key()).value().attempt_id, at.attempt_id) << "what was begun goes on";
  test::write_text(file, test::pumps_text());
  content_.emplace(ContentFolder::load(test::content_paths(folder_.path())).value());
  EXPECT_TRUE(open(key(), "as-2", "en", "op-2"));
}

TEST_F(Captures, the_timer_survives_a_crash_and_the_event_tells_of_it) {
  const auto at = open(key()).value();
  clock_.advance(seconds{100});
  const auto before = save(key(), at, "valve", Choice{"a"}).value();
  clock_.advance(seconds{40});
  await(capture_->count({Attended{at.attempt_id}}));
  clock_.advance(seconds{5});  // never stored
  restart();
  clock_.advance(seconds{7200});
  const auto after = save(key(), at, "dry", Truth{false}).value();
  EXPECT_EQ(*before.remaining - *after.remaining, seconds{40});
  ASSERT_TRUE(submit(key(), at));
  ASSERT_EQ(completion().interruptions_size(), 1);
  EXPECT_EQ(completion().interruptions(0).kind(), pb::Interruption::KIND_POWER_OR_CRASH);
}

TEST_F(Captures, an_attempt_that_moved_for_ever_can_still_be_handed_in) {
  auto at = open(key()).value();
  for (int i = 0; i <= kMostInterruptions; ++i)
    at = open(key(), "as-1", "en", "op-1", i % 2 == 0 ? "k2" : "k1").value();
  ASSERT_TRUE(submit(key(), at));
  const auto message = completion();
  ASSERT_EQ(message.interruptions_size(), kMostInterruptions);
  EXPECT_EQ(message.interruptions(98).to_ms(), message.interruptions(99).from_ms());
  EXPECT_EQ(message.interruptions(99).to_ms(), message.interruptions(99).from_ms() + 2) << "covers the rest";
}

TEST_F(Captures, when_the_time_is_up_it_is_handed_in_as_it_is) {
  const auto at = open(key()).value();
  ASSERT_TRUE(save(key(), at, "valve", Choice{"a"}));
  clock_.advance(seconds{1000});
  EXPECT_EQ(save(key(), at, "dry", Truth{false}).error().reason, Reason::attempt_closed);
  ASSERT_TRUE(submit(key(), at));
  EXPECT_EQ(completion().end_reason(), pb::END_REASON_TIME_UP);
  EXPECT_EQ(completion().score_bp(), 2'500U);
}

}  // namespace
}  // namespace millrace::edge
