// The kiosks' API over a real loopback server: the journey and what goes wrong in it.
#include <gmock/gmock.h>

#include "edge/api/sessions.hpp"
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
using ::testing::HasSubstr;
using ::testing::Not;

TEST_F(KioskApi, tells_anyone_how_the_box_is) {
  const auto answer = client_.call("GET", "/api/v1/status");
  ASSERT_EQ(answer.status, 200U);
  const auto status = json(answer);
  EXPECT_EQ(text(status.at("site")), "demo");
  EXPECT_EQ(text(status.at("storage")), "ok");
  EXPECT_EQ(text(status.at("plant_link").at("state")), "down");
  EXPECT_EQ(text(status.at("centre_link").at("state")), "unknown");
  EXPECT_EQ(status.at("outbox").at("depth").as_int64(), 0);
  EXPECT_EQ(status.at("languages"), bj::value({"en", "de"}));
  EXPECT_EQ(client_.call("GET", "/healthz").status, 200U);
  EXPECT_EQ(client_.call("GET", "/readyz").status, 200U);
}

TEST_F(KioskApi, a_whole_test_from_sign_in_to_result) {
  ASSERT_EQ(client_.sign_in("100", kPin).status, 201U);
  auto work = json(client_.call("GET", "/api/v1/work"));
  ASSERT_EQ(work.at("assignments").as_array().size(), 3U);
  EXPECT_EQ(text(work.at("assignments").at(0).at("state")), "open");
  EXPECT_EQ(work.at("assignments").at(0).at("question_count").as_int64(), 4);

  const auto attempt = begin();
  EXPECT_EQ(attempt.at("remaining_s").as_int64(), 600);
  EXPECT_EQ(attempt.at("items").as_array().size(), 4U);
  answer_all();
  const auto event_id = key();
  const auto answer = submit(event_id);
  ASSERT_EQ(answer.status, 201U) << answer.body;
  const auto result = json(answer);
  EXPECT_EQ(result.at("score_bp").as_int64(), 10'000);
  EXPECT_EQ(text(result.at("outcome")), "passed");
  EXPECT_EQ(text(result.at("event_id")), event_id);
  EXPECT_EQ(result.at("sequence").as_int64(), 1);
  EXPECT_TRUE(result.at("provisional").as_bool());
  EXPECT_EQ(text(result.at("steps").at(0).at("state")), "done");
  EXPECT_EQ(text(result.at("steps").at(1).at("state")), "waiting");
  EXPECT_EQ(text(result.at("steps").at(2).at("state")), "unknown");

  const auto closed = json(client_.call("GET", path_));
  EXPECT_EQ(text(closed.at("state")), "submitted");
  EXPECT_EQ(closed.at("result").at("score_bp"), result.at("score_bp"));
  work = json(client_.call("GET", "/api/v1/work"));
  EXPECT_EQ(text(work.at("assignments").at(0).at("state")), "passed");
  ASSERT_EQ(work.at("results").as_array().size(), 1U);
  EXPECT_EQ(json(client_.call("GET", "/api/v1/status")).at("outbox").at("depth").as_int64(), 1);
  EXPECT_THAT(client_.call("GET", "/metrics").body, HasSubstr("millrace_edge_captures_total 1"));
}

TEST_F(KioskApi, the_record_names_the_language_that_the_test_was_shown_in_at_the_end) {
  client_.sign_in("100", kPin);
  begin();
  answer_all();
  const auto signed_in = [&](const std::string& language) {
    return client_.call("POST", path_ + "/submit?language=" + language,
                        R"({"submission_key":")" + key() + R"(","lease":)" + lease_ +
                            R"(,"badge":"100","pin":")" + kPin + R"("})");
  };
  EXPECT_EQ(signed_in("pl").problem(), "bad-language") << "nothing that nobody has approved is certified";
  EXPECT_EQ(signed_in("de").status, 201U);
  EXPECT_EQ(text(json(client_.call("GET", path_)).at("language")), "de");
}

TEST_F(KioskApi, the_answer_key_is_in_no_answer) {
  client_.sign_in("100", kPin);
  std::string all = client_.call("GET", "/api/v1/work").body;
  const auto opened = open(key());
  all += opened.body;
  begin();
  all += client_.call("GET", path_).body;
  all += save("valve", R"({"choice":"b"})").body;
  all += submit(key()).body;
  all += client_.call("GET", path_).body + client_.call("GET", path_ + "/sync").body;
  all += client_.call("GET", "/api/v1/packages/pumps/1/media/valves.svg").body;
  EXPECT_THAT(all, HasSubstr("Which valve first?"));
  for (const auto* secret :
       {"\"answer\"", "\"tolerance\"", "\"scoring\"", "\"critical\"", "\"weight\"", "pin_hash", "argon2id"}) {
    EXPECT_THAT(all, Not(HasSubstr(secret)));
  }
  EXPECT_EQ(client_.call("GET", "/api/v1/packages/pumps/1/media/pumps.json").status, 404U);
  EXPECT_EQ(client_.call("GET", "/packages/pumps.json").status, 404U);
  EXPECT_EQ(client_.call("GET", "/api/v1/packages/pumps/1/media/..%2f..%2fpumps.json").status, 404U);
}

TEST_F(KioskApi, images_are_for_whoever_sits_at_their_test) {
  const auto image = [&] { return client_.call("GET", "/api/v1/packages/pumps/1/media/valves.svg"); };
  EXPECT_EQ(image().status, 401U);
  client_.sign_in("100", kPin);
  EXPECT_EQ(image().status, 404U);
  begin();
  EXPECT_EQ(image().status, 200U);
  EXPECT_EQ(image().headers.at("content-type"), "image/svg+xml");
  EXPECT_EQ(client_.call("GET", "/api/v1/packages/pumps/2/media/valves.svg").status, 404U);
  EXPECT_EQ(client_.call("GET", "/api/v1/packages/pumps/1x/media/valves.svg").status, 404U);
  ASSERT_EQ(submit(key()).status, 201U);
  EXPECT_EQ(image().status, 404U);
}

TEST_F(KioskApi, a_screen_learns_that_another_has_taken_its_place) {
  const auto places = [](test::HttpClient& screen) {
    return json(screen.call("GET", "/api/v1/session")).at("sits_at").as_array();
  };
  ASSERT_EQ(client_.sign_in("100", kPin).status, 201U);
  EXPECT_TRUE(places(client_).empty());
  const auto attempt = text(begin().at("attempt_id"));
  EXPECT_EQ(places(client_), boost::json::array{attempt});
  test::HttpClient other(edge_.port());
  ASSERT_EQ(other.sign_in("100", kPin).status, 201U);
  EXPECT_TRUE(places(other).empty());
  std::swap(client_, other);
  begin();
  std::swap(client_, other);
  EXPECT_TRUE(places(client_).empty());
  EXPECT_EQ(places(other), boost::json::array{attempt});
}

TEST_F(KioskApi, a_malformed_write_is_refused_and_nothing_is_stored) {
  client_.sign_in("100", kPin);
  begin();
  const auto k = key();
  const std::string good =
      R"({"submission_key":")" + k + R"(","lease":1,"response":{"value":true},"flagged":false})";
  using test::with;
  const std::vector<std::pair<std::string, std::string>> bodies = {
      {"", "invalid-input"},
      {"{", "invalid-input"},
      {"[]", "invalid-input"},
      {"null", "invalid-input"},
      {good + "x", "invalid-input"},
      {"\xff\xfe", "invalid-input"},
      {with(good, k, "not-a-key"), "invalid-input"},
      {with(good, k, "01890000-0000-4000-8000-000000000000"), "invalid-input"},
      {with(good, "\"lease\":1", "\"lease\":\"1\""), "invalid-input"},
      {with(good, "\"lease\":1", "\"lease\":-1"), "invalid-input"},
      {with(good, "\"lease\":1", "\"lease\":1e99"), "invalid-input"},
      {with(good, "\"flagged\":false", "\"flagged\":0"), "invalid-input"},
      {with(good, ",\"flagged\":false", ""), "invalid-input"},
      {with(good, "\"flagged\"", "\"score_bp\":10000,\"flagged\""), "invalid-input"},
      {with(good, "\"flagged\"", "\"lease\":2,\"flagged\""), "invalid-input"},
      {with(good, "{\"value\":true}", "{\"value\":true,\"choice\":\"a\"}"), "bad-response"},
      {with(good, "{\"value\":true}", "{\"value\":\"true\"}"), "bad-response"},
      {with(good, "{\"value\":true}", "{\"choice\":\"a\"}"), "bad-response"},
      {with(good, "{\"value\":true}",
            "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]"),
       "invalid-input"},
  };
  for (const auto& [body, problem] : bodies) {
    const auto answer = client_.call("PUT", path_ + "/answers/dry", body);
    EXPECT_EQ(answer.status, 400U) << body << "\n" << answer.body;
    EXPECT_EQ(answer.problem(), problem) << body << "\n" << answer.body;
  }
  EXPECT_EQ(client_.call("PUT", path_ + "/answers/dry", good, {{"Content-Type", "text/plain"}}).status, 415U);
  EXPECT_EQ(client_.call("PUT", path_ + "/answers/dry", std::string(70'000, ' ')).status, 413U);
  EXPECT_EQ(client_.call("PUT", path_ + "/answers/dry", good, {{"X-Long", std::string(9'000, 'x')}}).status,
            431U);
  EXPECT_EQ(client_.call("PATCH", path_ + "/answers/dry", good).status, 405U);
  EXPECT_EQ(client_.call("GET", "/api/v1/attempts/not-an-id").status, 404U);
  EXPECT_THAT(client_.raw("NONSENSE\r\n\r\n"), HasSubstr("400"));
  EXPECT_EQ(rows("journal"), 0);
  EXPECT_EQ(rows("submission"), 1) << "the one that began the attempt";
  EXPECT_EQ(client_.call("PUT", path_ + "/answers/dry", good).status, 200U) << "it was good but for that";
}

TEST_F(KioskApi, an_oversized_sign_in_is_refused_before_any_pin_is_checked) {
  EXPECT_EQ(client_.sign_in("100", std::string(65, '1')).status, 400U);
  EXPECT_EQ(client_.sign_in(std::string(65, '1'), kPin).status, 400U);
  EXPECT_EQ(client_.sign_in("", kPin).status, 400U);
  EXPECT_EQ(rows("lockout"), 0);
}

TEST_F(KioskApi, handing_in_needs_the_pin_again) {
  client_.sign_in("100", kPin);
  begin();
  const auto refused = submit(key(), "0000");
  EXPECT_EQ(refused.status, 401U);
  EXPECT_EQ(refused.problem(), "wrong-pin");
  EXPECT_EQ(rows("outcome"), 0);
  EXPECT_EQ(submit(key()).status, 201U);
}

TEST_F(KioskApi, the_same_submission_again_gets_the_same_answer_whatever_the_pin_and_after_a_restart) {
  client_.sign_in("100", kPin);
  begin();
  answer_all();
  const auto event_id = key();
  const auto first = submit(event_id);
  ASSERT_EQ(first.status, 201U);
  auto again = submit(event_id, "changed");
  EXPECT_EQ(again.status, 200U);
  EXPECT_EQ(again.body, first.body);
  edge_.restart();
  client_.set_port(edge_.port());
  EXPECT_EQ(submit(event_id).problem(), "not-signed-in");
  client_.sign_in("100", kPin);
  again = submit(event_id);
  EXPECT_EQ(again.status, 200U);
  EXPECT_EQ(again.body, first.body);
  EXPECT_EQ(rows("record"), 1);
}

TEST_F(KioskApi, the_same_key_for_another_attempt_is_refused_and_kept) {
  client_.sign_in("100", kPin);
  begin();
  const auto event_id = key();
  ASSERT_EQ(submit(event_id).status, 201U);
  begin();  // the second attempt
  const auto refused = submit(event_id);
  EXPECT_EQ(refused.status, 409U);
  EXPECT_EQ(refused.problem(), "key-reused");
  EXPECT_EQ(rows("key_conflict"), 1);
  EXPECT_EQ(text(json(refused).at("reference")), "KC-1") << "the row that a person finds it by";
  EXPECT_EQ(text(json(submit(event_id)).at("reference")), "KC-1") << "the same conflict again";
  EXPECT_EQ(submit(key()).status, 201U);
  EXPECT_EQ(submit(key()).problem(), "attempt-closed");
  EXPECT_EQ(open(key()).problem(), "no-attempts-left");
}

TEST_F(KioskApi, one_screen_at_a_time) {
  client_.sign_in("100", kPin, "k1");
  begin();
  const auto first_lease = lease_;
  test::HttpClient other(edge_.port());
  other.sign_in("100", kPin, "k2");
  EXPECT_EQ(json(other.call("GET", path_)).at("lease").as_int64(), 0) << "looking gives no right to write";
  std::swap(client_, other);
  begin();
  EXPECT_EQ(save("dry", R"({"value":true})").status, 200U);
  std::swap(client_, other);
  lease_ = first_lease;
  EXPECT_EQ(save("dry", R"({"value":false})").problem(), "stale-lease");
  EXPECT_EQ(submit(key()).problem(), "stale-lease");
  const auto seen = json(client_.call("GET", path_));
  EXPECT_EQ(seen.at("lease").as_int64(), 0);
}

TEST_F(KioskApi, a_screen_never_learns_the_lease_of_another_that_does_not_sit_yet) {
  client_.sign_in("100", kPin, "k1");
  begin();
  // What the other screen's opening has committed before it sits down.
  store::Connection::open(edge_.folder() / "data" / "edge.db", store::Connection::Mode::writer)
      .value()
      ->execute("UPDATE attempt SET lease = lease + 1");
  const auto seen = json(client_.call("GET", path_));
  EXPECT_EQ(std::to_string(seen.at("lease").as_int64()), lease_);
  EXPECT_EQ(save("dry", R"({"value":false})").problem(), "stale-lease");
}

bool says_something(const boost::json::value& value) {
  return !value.is_null() && value != boost::json::value(boost::json::object());
}

/// How many items of an answered attempt say more than whether and what was answered.
int64_t asked_in(const Answer& answer) {
  const auto attempt = json(answer);
  return std::ranges::count_if(attempt.at("items").as_array(), [](const auto& item) {
    auto rest = item.as_object();
    for (const auto* told : {"item_id", "version", "position", "type", "section", "response", "flagged"})
      rest.erase(told);
    return std::ranges::any_of(rest, [](const auto& member) { return says_something(member.value()); });
  });
}

TEST_F(KioskApi, what_is_asked_is_told_only_where_somebody_sits_and_the_clock_runs) {
  client_.sign_in("100", kPin);
  const auto first_key = key();
  EXPECT_EQ(asked_in(open(first_key)), 4);
  begin();
  ASSERT_EQ(save("dry", R"({"value":true})").status, 200U);
  EXPECT_EQ(asked_in(client_.call("GET", path_)), 4);
  EXPECT_EQ(open(first_key).problem(), "stale-lease") << "taken up since";

  const auto again_key = key();
  EXPECT_EQ(asked_in(open(again_key)), 4);
  client_.call("DELETE", "/api/v1/session");
  client_.sign_in("100", kPin);
  EXPECT_EQ(asked_in(client_.call("GET", path_)), 0);
  const auto left = [&] { return json(client_.call("GET", path_)).at("remaining_s").to_number<double>(); };
  const auto before = left();
  edge_.clock().advance(std::chrono::seconds{20});
  EXPECT_EQ(left(), before) << "the clock stands";
  // Asked under the key that it was opened with: the questions come, and the clock goes on.
  EXPECT_EQ(asked_in(open(again_key)), 4);
  edge_.clock().advance(std::chrono::seconds{20});
  EXPECT_EQ(left(), before - 20);

  begin();
  ASSERT_EQ(submit(key()).status, 201U);
  EXPECT_EQ(asked_in(client_.call("GET", path_)), 0);
  const auto handed_in = open(again_key);
  EXPECT_EQ(handed_in.status, 200U);
  EXPECT_EQ(asked_in(handed_in), 0);
  EXPECT_EQ(asked_in(client_.call("GET", path_)), 0) << "and nobody sits there";
}

TEST_F(KioskApi, what_is_anothers_is_not_there) {
  client_.sign_in("100", kPin);
  begin();
  ASSERT_EQ(submit(key()).status, 201U);
  test::HttpClient other(edge_.port());
  other.sign_in("200", kPin);
  for (const auto* tail : {"", "/sync", "/sync/events"})
    EXPECT_EQ(other.call("GET", path_ + tail).status, 404U) << tail;
  std::swap(client_, other);
  EXPECT_EQ(save("dry", R"({"value":true})").status, 404U);
  EXPECT_EQ(submit(key()).status, 404U);
  EXPECT_EQ(open(key(), "as-1").status, 404U);
}

TEST_F(KioskApi, an_attempt_is_resumed_with_its_answers_in_another_language) {
  client_.sign_in("100", kPin);
  const auto first = begin();
  ASSERT_EQ(save("dry", R"({"value":true})").status, 200U);
  client_.call("DELETE", "/api/v1/session");
  edge_.restart();
  client_.set_port(edge_.port());
  client_.sign_in("100", kPin, "k2");
  const auto work = json(client_.call("GET", "/api/v1/work"));
  EXPECT_EQ(text(work.at("assignments").at(0).at("state")), "in_progress");
  EXPECT_EQ(work.at("assignments").at(0).at("attempt_id"), first.at("attempt_id"));
  const auto answer = open(key(), "as-1", "de");
  EXPECT_EQ(answer.status, 200U);
  const auto again = json(answer);
  EXPECT_EQ(text(again.at("language")), "de");
  for (size_t i = 0; i < 4; ++i) {
    EXPECT_EQ(again.at("items").at(i).at("item_id"), first.at("items").at(i).at("item_id"))
        << "the same order";
    const bool answered = text(again.at("items").at(i).at("item_id")) == "dry";
    EXPECT_EQ(again.at("items").at(i).at("response").is_null(), !answered);
  }
}

TEST_F(KioskApi, a_screen_that_watches_hears_the_state_at_once_and_ends_with_the_session) {
  client_.sign_in("100", kPin);
  begin();
  EXPECT_EQ(client_.call("GET", path_ + "/sync").status, 404U) << "not handed in yet";
  ASSERT_EQ(submit(key()).status, 201U);
  test::EventReader events(client_, path_ + "/sync/events");
  ASSERT_EQ(events.status(), 200U);
  const auto first = events.next();
  EXPECT_EQ(first, client_.call("GET", path_ + "/sync").body);
  EXPECT_THAT(client_.call("GET", "/metrics").body, HasSubstr("millrace_edge_sse_clients 1"));
  client_.call("DELETE", "/api/v1/session");
  EXPECT_EQ(events.next(), "") << "signing out ends the watching";
}

}  // namespace
}  // namespace millrace::edge
