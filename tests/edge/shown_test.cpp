// Which question was on the screen last: whoever comes back is led there. And how long it was shown.
#include "edge/api/guard.hpp"
#include "edge/api/sessions.hpp"
#include "tests/edge/support/kiosk_api.hpp"

namespace millrace::edge {
namespace {

using test::Answer;
using test::json;
using test::key;
using test::kPin;
using test::text;

class TheQuestionShownLast : public test::KioskApi {
 protected:
  void SetUp() override {
    client_.sign_in("100", kPin);
    id_ = text(begin().at("attempt_id"));
  }
  /// The screen looks whether it still sits there.
  void looks(test::HttpClient& screen, const std::string& shown) const {
    ASSERT_EQ(screen.call("GET", "/api/v1/session?attempt=" + id_ + "&shown=" + shown).status, 200U);
  }
  void shows(const std::string& item) { looks(client_, item); }
  /// With an answer to another question.
  Answer answers(const std::string& item, const std::string& shown, const std::string& with_key = key()) {
    return client_.call("PUT", path_ + "/answers/" + item + "?shown=" + shown,
                        R"({"submission_key":")" + with_key + R"(","lease":)" + lease_ +
                            R"(,"response":null,"flagged":true})");
  }
  /// As this screen is told; empty for none.
  std::string told(test::HttpClient& screen) const {
    const auto attempt = json(screen.call("GET", path_)).as_object();
    const auto* shown = attempt.if_contains("shown_item");
    return shown == nullptr ? "" : std::string(shown->as_string());
  }
  std::string told() { return told(client_); }
  /// The box loses its memory, and the operator comes back.
  void restart() {
    edge_.restart();
    client_.set_port(edge_.port());
    client_.sign_in("100", kPin, "k2");
  }

  std::string id_;
};

TEST_F(TheQuestionShownLast, is_told_to_whoever_comes_back_at_another_kiosk) {
  EXPECT_EQ(told(), "") << "nothing was shown yet";
  shows("dry");
  test::HttpClient other(edge_.port());
  ASSERT_EQ(other.sign_in("100", kPin, "k2").status, 201U);
  EXPECT_EQ(told(other), "dry") << "while the first screen has not been missed yet";
  std::swap(client_, other);
  EXPECT_EQ(text(begin().at("shown_item")), "dry");
  shows("signs");
  EXPECT_EQ(told(), "signs");
  looks(other, "valve");
  EXPECT_EQ(told(), "signs") << "the other screen does not sit there any more";
}

TEST_F(TheQuestionShownLast, is_known_of_a_screen_that_died) {
  shows("dry");
  edge_.clock().advance(kScreenSilent);
  test::HttpClient other(edge_.port());
  ASSERT_EQ(other.sign_in("100", kPin, "k2").status, 201U);
  EXPECT_EQ(told(other), "dry");
}

TEST_F(TheQuestionShownLast, is_on_the_disk_after_signing_out) {
  shows("dry");
  client_.call("DELETE", "/api/v1/session?why=idle_lock&attempt=" + id_ + "&shown=pressure");
  restart();
  EXPECT_EQ(told(), "pressure");
}

TEST_F(TheQuestionShownLast, is_on_the_disk_with_an_answer) {
  ASSERT_EQ(answers("dry", "signs").status, 200U);
  restart();
  EXPECT_EQ(told(), "signs");
}

TEST_F(TheQuestionShownLast, is_the_one_that_was_answered_where_the_screen_does_not_say) {
  shows("signs");
  ASSERT_EQ(save("dry", "null").status, 200U);
  EXPECT_EQ(told(), "dry");
  ASSERT_EQ(answers("valve", "no-such-question").status, 200U);
  restart();
  EXPECT_EQ(told(), "valve");
}

TEST_F(TheQuestionShownLast, is_not_what_an_old_answer_says_when_it_is_sent_again) {
  const auto again = key();
  ASSERT_EQ(answers("dry", "dry", again).status, 200U);
  shows("signs");
  ASSERT_EQ(answers("dry", "valve", again).status, 200U);
  EXPECT_EQ(told(), "signs");
}

TEST_F(TheQuestionShownLast, is_one_of_the_attempt_whatever_a_screen_says) {
  shows("dry");
  for (const auto* said : {"no-such-question", "", "%00"}) {
    shows(said);
    EXPECT_EQ(told(), "dry") << said;
  }
  EXPECT_EQ(client_.call("GET", "/api/v1/session?shown=signs").status, 200U);
  EXPECT_EQ(client_.call("GET", "/api/v1/session?attempt=mine&shown=signs").status, 200U);
  EXPECT_EQ(told(), "dry");
}

TEST_F(TheQuestionShownLast, is_believed_of_whoever_sits_there_alone) {
  shows("dry");
  test::HttpClient other(edge_.port());
  ASSERT_EQ(other.sign_in("200", kPin).status, 201U);
  looks(other, "signs");
  EXPECT_EQ(told(), "dry");
}

TEST_F(TheQuestionShownLast, does_not_matter_any_more_when_the_test_is_handed_in) {
  shows("dry");
  ASSERT_EQ(submit(key()).status, 201U);
  EXPECT_EQ(told(), "");
}

/// A screen that tells how long it showed the question, asked or not.
class HowLongAQuestionWasShown : public test::KioskApi {
 protected:
  explicit HowLongAQuestionWasShown(bool is_recorded = false)
      : KioskApi([is_recorded](EdgeConfig& config) { config.kiosk.record_answer_times = is_recorded; }) {}
  void SetUp() override {
    client_.sign_in("100", kPin);
    begin();
  }
  Answer answers(const std::string& shown_ms, const std::string& with_key = key()) {
    return client_.call("PUT", path_ + "/answers/dry?shown_ms=" + shown_ms,
                        R"({"submission_key":")" + with_key + R"(","lease":)" + lease_ +
                            R"(,"response":{"value":true},"flagged":false})");
  }
  bool is_told() { return json(client_.call("GET", "/api/v1/status")).at("answer_times").as_bool(); }
};
class HowLongAQuestionWasShownWhereItIsRecorded : public HowLongAQuestionWasShown {
 protected:
  HowLongAQuestionWasShownWhereItIsRecorded() : HowLongAQuestionWasShown(true) {}
};

TEST_F(HowLongAQuestionWasShown, is_neither_asked_for_nor_kept_where_the_plant_did_not_say_so) {
  EXPECT_FALSE(is_told());
  for (const auto* sent : {"1500", "soon", "-1"}) EXPECT_EQ(answers(sent).status, 200U) << sent;
  EXPECT_EQ(rows("journal"), 3);
  EXPECT_EQ(rows("journal WHERE shown_ms IS NOT NULL"), 0);
}

TEST_F(HowLongAQuestionWasShownWhereItIsRecorded, is_asked_for_and_kept_with_the_answer) {
  EXPECT_TRUE(is_told());
  const auto again = key();
  ASSERT_EQ(answers("1500", again).status, 200U);
  ASSERT_EQ(answers("1600", again).status, 200U);
  ASSERT_EQ(save("valve", R"({"choice":"a"})").status, 200U);
  EXPECT_EQ(rows("journal WHERE item_id = 'dry' AND shown_ms = 1500"), 1);
  EXPECT_EQ(rows("journal WHERE item_id = 'valve' AND shown_ms IS NULL"), 1)
      << "an older screen does not say";
  EXPECT_EQ(rows("journal"), 2);
}

TEST_F(HowLongAQuestionWasShownWhereItIsRecorded, is_no_longer_than_a_shift) {
  ASSERT_EQ(answers(std::to_string(kMostShownFor.count())).status, 200U);
  ASSERT_EQ(answers("9223372036854775807").status, 200U);
  EXPECT_EQ(rows("journal WHERE shown_ms = " + std::to_string(kMostShownFor.count())), 2);
  for (const auto* no_time : {"", "soon", "-1", "1.5", "9223372036854775808"})
    EXPECT_EQ(answers(no_time).problem(), "invalid-input") << no_time;
  EXPECT_EQ(rows("journal"), 2);
}

}  // namespace
}  // namespace millrace::edge
