// Who may do what at the kiosks' API: sessions, lockout, tokens, origins.
#include <gmock/gmock.h>

#include <atomic>
#include <thread>

#include "edge/api/sessions.hpp"
#include "edge/roster/lockout.hpp"
#include "edge/roster/try_budget.hpp"
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

TEST_F(KioskApi, the_session_is_a_cookie_that_no_script_and_no_other_site_can_use) {
  const auto answer = client_.sign_in("100", kPin);
  const auto& cookie = answer.headers.at("set-cookie");
  EXPECT_THAT(cookie, HasSubstr("HttpOnly"));
  EXPECT_THAT(cookie, HasSubstr("SameSite=Strict"));
  EXPECT_THAT(cookie, HasSubstr("Path=/"));
  EXPECT_EQ(json(client_.call("GET", "/api/v1/session")).at("csrf"), json(answer).at("csrf"));
}

TEST_F(KioskApi, signing_in_again_at_a_screen_ends_what_was_open_there) {
  client_.sign_in("100", kPin);
  const auto before = client_.cookie();
  client_.sign_in("200", kPin);
  EXPECT_NE(client_.cookie(), before);
  EXPECT_EQ(client_.call("GET", "/api/v1/session", {}, {{"Cookie", before}}).status, 401U);
}

TEST_F(KioskApi, after_signing_out_nothing_is_left) {
  client_.sign_in("100", kPin);
  EXPECT_EQ(client_.call("DELETE", "/api/v1/session").status, 204U);
  EXPECT_EQ(client_.call("GET", "/api/v1/session").problem(), "not-signed-in");
  EXPECT_EQ(client_.call("GET", "/api/v1/work").status, 401U);
}

TEST_F(KioskApi, a_session_that_idles_ends) {
  client_.sign_in("100", kPin);
  edge_.clock().advance(kSessionIdle - std::chrono::seconds{5});
  EXPECT_EQ(client_.call("GET", "/api/v1/session").status, 200U) << "use keeps it open";
  edge_.clock().advance(kSessionIdle);
  EXPECT_EQ(client_.call("GET", "/api/v1/session").problem(), "not-signed-in");
}

TEST_F(KioskApi, a_screen_that_died_takes_no_time_from_its_operator) {
  client_.sign_in("100", kPin, "k1");
  const auto limit = begin().at("remaining_s").as_int64();
  edge_.clock().advance(std::chrono::seconds{20});
  EXPECT_EQ(client_.call("GET", "/api/v1/session").status, 200U) << "heard of for the last time";
  edge_.clock().advance(std::chrono::seconds{300});
  test::HttpClient other(edge_.port());
  other.sign_in("100", kPin, "k2");
  std::swap(client_, other);
  EXPECT_EQ(begin().at("remaining_s").as_int64(), limit - 20);
}

TEST_F(KioskApi, nor_does_one_whose_operator_was_at_the_next_screen_at_once) {
  client_.sign_in("100", kPin, "k1");
  const auto limit = begin().at("remaining_s").as_int64();
  edge_.clock().advance(std::chrono::seconds{12});
  test::HttpClient other(edge_.port());
  other.sign_in("100", kPin, "k2");
  edge_.clock().advance(std::chrono::seconds{60});
  std::swap(client_, other);
  EXPECT_EQ(begin().at("remaining_s").as_int64(), limit);
}

TEST_F(KioskApi, a_screen_that_was_taken_for_dead_has_its_seat_again_by_asking_under_its_old_key) {
  const auto sits = [&] {
    return !json(client_.call("GET", "/api/v1/session")).at("sits_at").as_array().empty();
  };
  client_.sign_in("100", kPin, "k1");
  const auto opened_with = key();
  const auto lease = json(open(opened_with)).at("lease");
  edge_.clock().advance(kScreenSilent);
  test::HttpClient other(edge_.port());
  other.sign_in("100", kPin, "k2");  // reads what there is to do
  EXPECT_FALSE(sits());
  EXPECT_EQ(json(open(opened_with)).at("lease"), lease);
  EXPECT_TRUE(sits());
  std::swap(client_, other);
  begin();
  std::swap(client_, other);
  EXPECT_FALSE(sits());
  EXPECT_EQ(open(opened_with).problem(), "stale-lease") << "now it was opened elsewhere";
}

TEST_F(KioskApi, an_attempt_knows_whether_its_operator_left_or_nobody_was_there) {
  const auto paused = [&](Pause why) {
    return rows("attempt WHERE paused = " + std::to_string(static_cast<int>(why)));
  };
  client_.sign_in("100", kPin);
  begin();
  EXPECT_EQ(client_.call("DELETE", "/api/v1/session?why=idle_lock").status, 204U);
  client_.sign_in("100", kPin);  // is stored after it
  EXPECT_EQ(paused(Pause::idle_lock), 1);
  begin();
  EXPECT_EQ(client_.call("DELETE", "/api/v1/session").status, 204U);
  client_.sign_in("100", kPin);
  EXPECT_EQ(paused(Pause::signed_out), 1);
}

TEST_F(KioskApi, a_screen_that_is_heard_of_keeps_its_clock_running) {
  client_.sign_in("100", kPin, "k1");
  const auto limit = begin().at("remaining_s").as_int64();
  edge_.clock().advance(kScreenSilent - std::chrono::seconds{1});
  test::HttpClient other(edge_.port());
  other.sign_in("100", kPin, "k2");
  std::swap(client_, other);
  EXPECT_EQ(begin().at("remaining_s").as_int64(), limit - 14);
}

TEST(Sessions, who_signed_out_meanwhile_sits_nowhere) {
  Sessions sessions;
  const auto attempt = Uuid::v7(WallTime{Millis{1}});
  const auto begun = sessions.begin("op-1", "k1", MonoTime{});
  EXPECT_TRUE(sessions.sit(begun.session, attempt, 1, MonoTime{}));
  EXPECT_EQ(sessions.attended(), std::vector{Attended{attempt}});
  sessions.end(begun.session);
  EXPECT_FALSE(sessions.sit(begun.session, attempt, 1, MonoTime{}));
  EXPECT_TRUE(sessions.attended().empty());
}

TEST(Sessions, of_one_person_s_many_the_one_that_idled_longest_gives_way_and_of_nobody_else_s) {
  Sessions sessions;
  const auto other = sessions.begin("op-2", "k0", MonoTime{});
  std::vector<Sessions::Begun> theirs;
  for (size_t i = 0; i < kMostSessionsOfOne; ++i) {
    theirs.push_back(sessions.begin("op-1", "k1", MonoTime{Millis{static_cast<int64_t>(i) + 1}}));
    EXPECT_EQ(theirs.back().gave_way, nullptr);
  }
  const auto now = MonoTime{Millis{100}};
  EXPECT_NE(sessions.find(theirs[0].token, now), nullptr);  // used: no longer the oldest
  EXPECT_EQ(sessions.begin("op-1", "k1", now).gave_way, theirs[1].session);
  EXPECT_EQ(sessions.find(theirs[1].token, now), nullptr);
  EXPECT_NE(sessions.find(other.token, now), nullptr);
  EXPECT_EQ(sessions.size(), kMostSessionsOfOne + 1);
}

TEST(Sessions, when_all_are_taken_the_one_that_idled_longest_gives_way) {
  Sessions sessions;
  std::vector<Sessions::Begun> begun;
  for (size_t i = 0; i < kMostSessions; ++i) {
    begun.push_back(sessions.begin(fmt::format("op-{}", i), "k", MonoTime{Millis{static_cast<int64_t>(i)}}));
  }
  EXPECT_EQ(begun.back().gave_way, nullptr);
  EXPECT_EQ(sessions.begin("late", "k", MonoTime{Millis{5'000}}).gave_way, begun.front().session);
  EXPECT_EQ(sessions.size(), kMostSessions);
}

TEST_F(KioskApi, a_screen_that_gives_way_leaves_its_timer_standing) {
  client_.sign_in("100", kPin);
  begin();
  for (size_t i = 0; i < kMostSessionsOfOne; ++i) {
    edge_.clock().advance(std::chrono::seconds{1});
    test::HttpClient another(edge_.port());
    ASSERT_EQ(another.sign_in("100", kPin).status, 201U);
  }
  EXPECT_EQ(client_.call("GET", "/api/v1/session").problem(), "not-signed-in");
  // Written behind the pause.
  ASSERT_EQ(test::HttpClient(edge_.port()).sign_in("200", kPin).status, 201U);
  EXPECT_EQ(rows("attempt WHERE counted_mono_ms IS NULL AND paused IS NOT NULL"), 1);
}

TEST_F(KioskApi, without_a_session_nothing_can_be_read_or_written) {
  const std::string id = "/api/v1/attempts/01890000-0000-7000-8000-000000000000";
  for (const auto& [method, path] :
       std::vector<std::pair<std::string, std::string>>{{"GET", "/api/v1/session"},
                                                        {"DELETE", "/api/v1/session"},
                                                        {"GET", "/api/v1/work"},
                                                        {"POST", "/api/v1/attempts"},
                                                        {"GET", id},
                                                        {"PUT", id + "/answers/q"},
                                                        {"POST", id + "/submit"},
                                                        {"GET", id + "/sync"},
                                                        {"GET", id + "/sync/events"}}) {
    const auto answer = client_.call(method, path, method == "GET" || method == "DELETE" ? "" : "{}");
    EXPECT_EQ(answer.status, 401U) << method << " " << path;
    EXPECT_EQ(answer.problem(), "not-signed-in");
    EXPECT_EQ(answer.headers.at("content-type"), "application/problem+json");
    EXPECT_EQ(client_.call(method, path, "", {{"Cookie", "millrace_session=forged"}}).status, 401U);
  }
}

TEST_F(KioskApi, a_wrong_pin_an_unknown_badge_and_an_inactive_one_look_alike) {
  const auto wrong_pin = client_.sign_in("100", "0000");
  const auto unknown = client_.sign_in("999", kPin);
  const auto inactive = client_.sign_in("300", kPin);
  EXPECT_EQ(wrong_pin.status, 401U);
  EXPECT_EQ(wrong_pin.problem(), "wrong-badge-or-pin");
  EXPECT_EQ(unknown.body, wrong_pin.body);
  EXPECT_EQ(inactive.body, wrong_pin.body);
  EXPECT_THAT(client_.call("GET", "/metrics").body, HasSubstr("millrace_edge_logins_failed_total 3"));
}

TEST_F(KioskApi, the_wrong_pin_that_begins_a_wait_says_so_also_for_a_badge_that_nobody_has) {
  for (uint32_t i = 1; i <= kFreeTries; ++i) {
    const auto wrong_pin = client_.sign_in("100", "0000");
    EXPECT_EQ(client_.sign_in("999", "0000").body, wrong_pin.body);
    EXPECT_EQ(client_.sign_in("300", kPin).body, wrong_pin.body) << "inactive";
    EXPECT_EQ(wrong_pin.problem(), "wrong-badge-or-pin");
    const auto body = json(wrong_pin).as_object();
    EXPECT_EQ(body.contains("retry_after_s"), i == kFreeTries) << i;
    if (i == kFreeTries) EXPECT_EQ(body.at("retry_after_s").as_int64(), 30);
  }
}

TEST_F(KioskApi, after_five_wrong_pins_the_badge_waits_also_after_a_restart) {
  for (int i = 0; i < 5; ++i) EXPECT_EQ(client_.sign_in("100", "0000").status, 401U);
  auto locked = client_.sign_in("100", kPin);
  EXPECT_EQ(locked.status, 429U);
  EXPECT_EQ(locked.problem(), "locked-out");
  EXPECT_GT(json(locked).at("retry_after_s").as_int64(), 20);
  EXPECT_EQ(locked.headers.at("retry-after"), std::to_string(json(locked).at("retry_after_s").as_int64()));
  edge_.restart();
  client_.set_port(edge_.port());
  EXPECT_EQ(client_.sign_in("100", kPin).status, 429U);
  EXPECT_EQ(client_.sign_in("200", kPin).status, 201U) << "another badge";
  edge_.clock().advance(std::chrono::seconds{31});
  EXPECT_EQ(client_.sign_in("100", kPin).status, 201U);
}

TEST_F(KioskApi, a_machine_that_tries_everybody_s_pins_waits_whoever_s_it_tries_next) {
  for (int i = 0; i < kWrongPinsAtOnce; ++i) {
    ASSERT_EQ(client_.sign_in(fmt::format("9{:03}", i), "0000").status, 401U) << i;
  }
  auto held = client_.sign_in("100", kPin);
  EXPECT_EQ(held.status, 429U);
  EXPECT_EQ(held.problem(), "locked-out");
  EXPECT_LE(json(held).at("retry_after_s").as_int64(), 60);
  edge_.clock().advance(kWrongPinForgivenAfter);
  EXPECT_EQ(client_.sign_in("100", kPin).status, 201U);
}

TEST_F(KioskApi, a_machine_that_tries_everybody_s_pins_at_once_has_no_more_checked) {
  std::atomic<int> wrong = 0;
  {
    std::vector<std::jthread> at_once;
    for (int i = 0; i < 3 * kWrongPinsAtOnce; ++i) {
      at_once.emplace_back([&, badge = fmt::format("9{:03}", i)] {
        if (test::HttpClient(edge_.port()).sign_in(badge, "0000").status == 401) ++wrong;
      });
    }
  }
  EXPECT_GT(wrong, 0);
  EXPECT_LE(wrong, kWrongPinsAtOnce);
}

TEST_F(KioskApi, without_tls_a_page_of_any_other_name_is_not_the_box_s_though_the_name_leads_here) {
  const auto signing_in = R"({"badge":"100","pin":"2468","kiosk":"k1"})";
  const auto port = std::to_string(edge_.port());
  const auto from = [&](const std::string& name) {
    return client_
        .call("POST", "/api/v1/session", signing_in,
              {{"Host", name + ":" + port}, {"Origin", "http://" + name + ":" + port}})
        .status;
  };
  EXPECT_EQ(from("rebound.example"), 403U);
  EXPECT_EQ(from("127.evil.example"), 403U);
  EXPECT_EQ(from("localhost"), 201U);
  EXPECT_EQ(from("[::1]"), 201U);
}

TEST_F(KioskApi, a_write_needs_the_token_of_its_session) {
  client_.sign_in("100", kPin);
  const auto body = R"({"submission_key":")" + key() + R"(","assignment_id":"as-1","language":"en"})";
  for (const auto* token : {"", "wrong"}) {
    const auto answer = client_.call("POST", "/api/v1/attempts", body, {{"X-Millrace-CSRF", token}});
    EXPECT_EQ(answer.status, 403U);
    EXPECT_EQ(answer.problem(), "bad-csrf");
  }
  EXPECT_EQ(client_.call("DELETE", "/api/v1/session", {}, {{"X-Millrace-CSRF", ""}}).status, 403U);
  EXPECT_EQ(rows("attempt"), 0);
}

TEST_F(KioskApi, a_write_from_another_origin_is_refused) {
  client_.sign_in("100", kPin);
  const auto body = R"({"submission_key":")" + key() + R"(","assignment_id":"as-1","language":"en"})";
  const auto own = "http://127.0.0.1:" + std::to_string(edge_.port());
  for (const auto& origin :
       {std::string("http://evil.example"), std::string("null"), own + ".evil.example",
        "https://127.0.0.1:" + std::to_string(edge_.port()), std::string("http://127.0.0.1")}) {
    const auto answer = client_.call("POST", "/api/v1/attempts", body, {{"Origin", origin}});
    EXPECT_EQ(answer.status, 403U) << origin;
    EXPECT_EQ(answer.problem(), "wrong-origin");
  }
  const auto signing_in = R"({"badge":"100","pin":"2468","kiosk":"k1"})";
  EXPECT_EQ(client_.call("POST", "/api/v1/session", signing_in, {{"Origin", "http://evil.example"}}).status,
            403U);
  EXPECT_EQ(rows("attempt"), 0);
  EXPECT_EQ(client_.call("POST", "/api/v1/attempts", body, {{"Origin", own}}).status, 201U);
}

}  // namespace
}  // namespace millrace::edge
