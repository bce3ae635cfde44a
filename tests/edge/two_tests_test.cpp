// One operator and two tests: a screen sits at one at a time, and the clock of the other stands.
#include "tests/edge/support/kiosk_api.hpp"

namespace millrace::edge {
namespace {

namespace bj = boost::json;
using test::Answer;
using test::json;
using test::key;
using test::KioskApi;
using test::kPin;
using test::text;

/// Somebody who has two tests before them.
class TwoTests : public KioskApi {
 protected:
  struct Taken {
    std::string path;
    std::string lease;
  };
  void SetUp() override { client_.sign_in("200", kPin, "k1"); }
  Taken take(const std::string& assignment) {
    begin(assignment);
    return {path_, lease_};
  }
  void pass(int64_t duration_s) { edge_.clock().advance(std::chrono::seconds{duration_s}); }
  int64_t left(const Taken& test) {
    return json(client_.call("GET", test.path)).at("remaining_s").as_int64();
  }
  Answer answer(const Taken& test) {
    path_ = test.path;
    lease_ = test.lease;
    return save("dry", R"({"value":false})");
  }
  bool sits_at(const Taken& test) {
    const auto id = test.path.substr(test.path.rfind('/') + 1);
    return json(client_.call("GET", "/api/v1/session")).at("sits_at").as_array() == bj::array{bj::value(id)};
  }
  /// The screen has a question of it before its operator.
  void shows(const Taken& test) {
    const auto id = test.path.substr(test.path.rfind('/') + 1);
    ASSERT_EQ(client_.call("GET", "/api/v1/session?attempt=" + id + "&shown=dry").status, 200U);
  }
};

TEST_F(TwoTests, of_which_one_is_taken_have_the_clock_of_the_other_standing) {
  const auto first = take("as-2");
  const auto limit = left(first);
  pass(20);
  shows(first);
  pass(5);
  const auto second = take("as-witnessed");
  ASSERT_EQ(answer(second).status, 200U) << "stored behind the pause";
  EXPECT_TRUE(sits_at(second));
  pass(60);
  EXPECT_EQ(left(first), limit - 25);
  EXPECT_EQ(left(second), limit - 60);
  shows(second);
  const auto again = take("as-2");
  ASSERT_EQ(answer(again).status, 200U);
  EXPECT_TRUE(sits_at(again));
  pass(30);
  EXPECT_EQ(left(again), limit - 55);
  EXPECT_EQ(left(second), limit - 60);
}

TEST_F(TwoTests, cost_no_time_of_the_one_that_never_came_to_the_screen) {
  const auto opened_with = key();
  const auto opened = json(open(opened_with, "as-2"));
  const auto limit = opened.at("remaining_s").as_int64();
  const Taken first{"/api/v1/attempts/" + text(opened.at("attempt_id")), ""};
  for (int i = 0; i < 10; ++i) {
    pass(6);
    client_.call("GET", "/api/v1/work");  // the session is heard of, the test is not
  }
  const auto second = take("as-witnessed");
  ASSERT_EQ(answer(second).status, 200U);
  pass(60);
  EXPECT_EQ(left(first), limit);
  shows(second);
  for (int i = 0; i < 2; ++i) {
    EXPECT_EQ(json(open(opened_with, "as-2")).at("lease"), opened.at("lease")) << "the same key again";
    EXPECT_TRUE(sits_at(first));
    pass(10);
  }
  EXPECT_EQ(left(first), limit - 20) << "and no pause in between";
  EXPECT_EQ(left(second), limit - 60);
}

TEST_F(TwoTests, leave_whoever_went_on_to_the_other_there_when_a_late_answer_comes) {
  const auto first = take("as-2");
  const auto limit = left(first);
  const auto second = take("as-witnessed");
  EXPECT_EQ(answer(first).status, 200U);
  ASSERT_EQ(answer(second).status, 200U);
  EXPECT_TRUE(sits_at(second));
  pass(60);
  EXPECT_EQ(left(first), limit);
  EXPECT_EQ(left(second), limit - 60);
}

TEST_F(TwoTests, run_both_at_two_screens) {
  const auto first = take("as-2");
  const auto limit = left(first);
  test::HttpClient other(edge_.port());
  other.sign_in("200", kPin, "k2");
  std::swap(client_, other);
  const auto second = take("as-witnessed");
  ASSERT_EQ(answer(second).status, 200U);
  pass(10);
  EXPECT_EQ(left(first), limit - 10);
  EXPECT_EQ(left(second), limit - 10);
  EXPECT_TRUE(sits_at(second));
  std::swap(client_, other);
  EXPECT_TRUE(sits_at(first));
}

}  // namespace
}  // namespace millrace::edge
