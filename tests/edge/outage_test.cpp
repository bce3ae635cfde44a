// A screen that is cut off for a while, or for good: what its answers are worth, and what its clock says.
#include <gmock/gmock.h>
#include <chrono>
#include <thread>

#include "edge/api/guard.hpp"
#include "edge/api/sessions.hpp"
#include "tests/edge/support/kiosk_api.hpp"

namespace millrace::edge {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using test::Answer;
using test::json;
using test::key;
using test::kPin;

class AnOutage : public test::KioskApi {
 protected:
  void SetUp() override {
    client_.sign_in("100", kPin);
    limit_s_ = begin().at("remaining_s").as_int64();
  }
  void pass(int64_t duration_s) { edge_.clock().advance(seconds{duration_s}); }
  void is_heard() { ASSERT_EQ(client_.call("GET", "/api/v1/session").status, 200U); }
  /// Looks every few seconds, as a screen does.
  void sit_for(int64_t duration_s) {
    constexpr int64_t kLookEvery_s = 10;
    for (int64_t left_s = duration_s; left_s > 0; left_s -= kLookEvery_s) {
      pass(std::min(left_s, kLookEvery_s));
      is_heard();
    }
  }
  void sign_out(const std::string& query) {
    ASSERT_EQ(client_.call("DELETE", "/api/v1/session" + query).status, 204U);
  }
  /// Signs in again and takes the test up.
  int64_t left_on_return() {
    EXPECT_EQ(client_.sign_in("100", kPin).status, 201U);
    return begin().at("remaining_s").as_int64();
  }
  Answer save_aged(const std::string& age) {
    return client_.call("PUT", path_ + "/answers/dry?age_ms=" + age,
                        R"({"submission_key":")" + key() + R"(","lease":)" + lease_ +
                            R"(,"response":{"value":false},"flagged":false})");
  }
  Answer save_given(int64_t ago_s) { return save_aged(std::to_string(ago_s * 1000)); }
  /// The box sees to it by itself, in one of its next rounds.
  bool comes_to_stand(Pause why) {
    const auto stands = [&] {
      return rows("attempt WHERE counted_mono_ms IS NULL AND paused = " +
                  std::to_string(static_cast<int>(why))) == 1;
    };
    const auto give_up = std::chrono::steady_clock::now() + seconds{20};
    while (!stands() && std::chrono::steady_clock::now() < give_up)
      std::this_thread::sleep_for(milliseconds{20});
    return stands();
  }
  /// From now on the box refuses what asks for this.
  void cannot_store(const std::string& what) {
    db_ =
        store::Connection::open(edge_.folder() / "data" / "edge.db", store::Connection::Mode::writer).value();
    db_->execute("CREATE TRIGGER no_room BEFORE " + what + " BEGIN SELECT RAISE(ABORT, 'full'); END");
  }
  void can_store() { db_->execute("DROP TRIGGER no_room"); }
  /// To three seconds: the machine's own clock runs as well.
  bool was_interrupted(Pause kind, int64_t from_s, int64_t to_s) {
    return rows("interruption JOIN attempt USING (attempt_id) WHERE kind = " +
                std::to_string(static_cast<int>(kind)) + " AND abs(from_at - started_at - " +
                std::to_string(from_s * 1000) + ") < 3000 AND abs(to_at - started_at - " +
                std::to_string(to_s * 1000) + ") < 3000") == 1;
  }

  int64_t limit_s_ = 0;
  std::unique_ptr<store::Connection> db_;
};

/// Half a minute before the time is up the cable is pulled, and half a minute after it is back.
class AnOutageOverTheLimit : public AnOutage {
 protected:
  void SetUp() override {
    AnOutage::SetUp();
    sit_for(limit_s_ - 30);
    pass(60);
  }
};

TEST_F(AnOutageOverTheLimit, takes_no_answer_from_whoever_gave_it_in_time) {
  EXPECT_EQ(save_given(40).status, 200U) << "in the silence, 10 s before the time was up";
  EXPECT_EQ(save_given(20).problem(), "attempt-closed") << "in the silence, 10 s after it";
  EXPECT_EQ(save("dry", R"({"value":true})").problem(), "attempt-closed") << "without an age";
  EXPECT_EQ(save_given(3600).status, 200U) << "before the silence: it was on its way when the cable went";
  const auto result = json(submit(key()));
  EXPECT_EQ(result.at("correct").as_int64(), 1) << "and is scored";
}

TEST_F(AnOutageOverTheLimit, gives_no_time_to_whoever_was_heard_again_since) {
  is_heard();
  sit_for(70);
  EXPECT_EQ(save_given(70 + 40).problem(), "attempt-closed");
  EXPECT_EQ(save_aged(std::to_string(kMostAgo.count())).problem(), "attempt-closed");
}

TEST_F(AnOutageOverTheLimit, takes_no_answer_from_a_screen_that_locked_itself_meanwhile) {
  pass(120);
  sign_out("?why=idle_lock&ago_ms=120000");
  EXPECT_EQ(left_on_return(), 0) << "half a minute too long, and then it stood";
  pass(5);
  EXPECT_EQ(save_given(5 + 120 + 40).status, 200U);
  EXPECT_EQ(save_given(5 + 120 + 20).problem(), "attempt-closed");
}

/// Half a minute before the time is up the box cannot store any more, and half a minute after it can again.
/// It hears the screen all the while.
class ABoxThatCannotStore : public AnOutage {
 protected:
  void SetUp() override {
    AnOutage::SetUp();
    sit_for(limit_s_ - 30);
    cannot_store("INSERT ON journal");
    for (int64_t age_s = 0; age_s <= 60; age_s += kRetry_s) {
      ASSERT_EQ(save_given(age_s).status, 500U) << "asked again and again, as a screen does";
      pass(kRetry_s);
    }
    can_store();
  }
  static constexpr int64_t kRetry_s = 6;
};

TEST_F(ABoxThatCannotStore, takes_what_was_given_in_time_once_it_can) {
  EXPECT_EQ(save_given(66).status, 200U) << "the one that was refused first";
  EXPECT_EQ(save_given(46).status, 200U) << "one that waited behind it, given 10 s before the time was up";
  EXPECT_EQ(save_given(26).problem(), "attempt-closed") << "given 10 s after it";
  EXPECT_EQ(save("dry", R"({"value":true})").problem(), "attempt-closed") << "without an age";
  EXPECT_EQ(json(submit(key())).at("correct").as_int64(), 1) << "and it is scored";
}

TEST_F(ABoxThatCannotStore, gives_no_time_to_whoever_keeps_back_what_was_refused) {
  sit_for(70);
  EXPECT_EQ(save_given(70 + 46).problem(), "attempt-closed");
}

TEST_F(AnOutage, of_its_disk_in_which_a_screen_locks_stops_the_clock_when_it_locked) {
  sit_for(20);
  cannot_store("UPDATE ON attempt");
  sign_out("?why=idle_lock");
  pass(300);
  can_store();
  EXPECT_TRUE(comes_to_stand(Pause::idle_lock)) << "before anybody is back";
  EXPECT_EQ(left_on_return(), limit_s_ - 20);
}

TEST_F(AnOutage, that_nobody_saw_gives_nothing_to_a_screen_that_tells_of_one) {
  sit_for(limit_s_ + 30);
  for (const int64_t ago_s : {20, 40, 600}) EXPECT_EQ(save_given(ago_s).problem(), "attempt-closed");
}

TEST_F(AnOutage, that_is_too_short_for_a_silence_takes_no_answer_either) {
  sit_for(limit_s_ - 4);
  pass(13);
  EXPECT_EQ(save_given(1).problem(), "attempt-closed") << "given 8 s after the time was up";
  EXPECT_EQ(save_given(10).status, 200U) << "given a second before";
}

TEST_F(AnOutage, before_the_test_was_taken_up_has_nothing_to_do_with_its_clock) {
  sit_for(20);
  sign_out("");
  EXPECT_EQ(client_.sign_in("100", kPin).status, 201U);
  pass(25);  // reads what there is to do
  EXPECT_EQ(begin().at("remaining_s").as_int64(), limit_s_ - 20);
  pass(13);
  is_heard();
  sign_out("?why=left_behind");
  EXPECT_EQ(left_on_return(), limit_s_ - 33);
}

TEST_F(AnOutage, of_which_the_new_page_s_first_word_was_all_that_was_heard_is_one) {
  sit_for(20);
  pass(100);
  is_heard();  // and what it says of the old page is lost
  pass(20);
  sign_out("?why=left_behind");
  EXPECT_EQ(left_on_return(), limit_s_ - 20);
}

TEST_F(AnOutage, has_an_age_of_whole_milliseconds_and_a_week_at_the_most) {
  EXPECT_EQ(save_aged("0").status, 200U);
  EXPECT_EQ(save_aged(std::to_string(kMostAgo.count())).status, 200U);
  for (const auto& wrong : {std::to_string(kMostAgo.count() + 1), std::string("-1"), std::string("1.5"),
                            std::string("x"), std::string(), std::string("99999999999999999999")}) {
    EXPECT_EQ(save_aged(wrong).problem(), "invalid-input") << wrong;
  }
  EXPECT_EQ(client_.call("DELETE", "/api/v1/session?ago_ms=-1").problem(), "invalid-input");
}

TEST_F(AnOutage, in_which_the_screen_locks_stops_the_clock_when_it_locked) {
  sit_for(20);
  pass(300);
  sign_out("?why=idle_lock&ago_ms=200000");
  EXPECT_EQ(left_on_return(), limit_s_ - 120);
  EXPECT_TRUE(was_interrupted(Pause::idle_lock, 120, 320));
}

TEST_F(AnOutage, makes_no_more_of_a_lock_than_the_silence) {
  sit_for(20);
  pass(300);
  sign_out("?why=idle_lock&ago_ms=" + std::to_string(kMostAgo.count()));
  EXPECT_EQ(left_on_return(), limit_s_ - 20);
  pass(5);
  is_heard();
  pass(10);
  sign_out("?ago_ms=60000");
  EXPECT_EQ(left_on_return(), limit_s_ - 25) << "it was heard of five seconds after it was taken up";
}

TEST_F(AnOutage, after_which_the_screen_signs_in_anew_was_the_death_of_its_page) {
  sit_for(20);
  pass(300);
  EXPECT_EQ(left_on_return(), limit_s_ - 20);
  EXPECT_TRUE(was_interrupted(Pause::power_or_crash, 20, 320));
}

TEST_F(AnOutage, after_which_a_new_page_finds_its_session_was_the_death_of_the_old_one) {
  sit_for(20);
  pass(300);
  is_heard();
  sign_out("?why=left_behind");
  EXPECT_EQ(left_on_return(), limit_s_ - 20);
  EXPECT_TRUE(was_interrupted(Pause::power_or_crash, 20, 320));
}

TEST_F(AnOutage, is_not_what_a_page_that_is_loaded_anew_leaves_behind) {
  sit_for(20);
  pass(5);
  is_heard();
  sign_out("?why=left_behind");
  pass(100);
  EXPECT_EQ(left_on_return(), limit_s_ - 25);
  EXPECT_TRUE(was_interrupted(Pause::signed_out, 25, 125));
}

TEST_F(AnOutage, that_outlasts_the_session_costs_no_time) {
  sit_for(20);
  pass(std::chrono::duration_cast<seconds>(kSessionIdle).count());
  EXPECT_TRUE(comes_to_stand(Pause::power_or_crash));
  EXPECT_EQ(left_on_return(), limit_s_ - 20);
  EXPECT_TRUE(was_interrupted(Pause::power_or_crash, 20, 620));
}

}  // namespace
}  // namespace millrace::edge
