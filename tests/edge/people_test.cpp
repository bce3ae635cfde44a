// Who people are at the kiosks' API: roles, the roster to choose from, a leader who unlocks.
#include <gmock/gmock.h>

#include "edge/roster/photos.hpp"
#include "tests/edge/support/kiosk_api.hpp"

namespace millrace::edge {
namespace {

namespace bj = boost::json;
using test::Answer;
using test::HttpClient;
using test::json;
using test::KioskApi;
using test::kPin;
using test::text;
using ::testing::HasSubstr;
using ::testing::Not;

/// A box whose operators may choose their name.
class ChoosingKiosk : public KioskApi {
 protected:
  ChoosingKiosk() : KioskApi([](EdgeConfig& config) { config.kiosk = {"Plant IT, extension 4711", true}; }) {}
};

Answer unlock(HttpClient& client, const std::string& leader_badge, const std::string& leader_pin,
              const std::string& badge, const test::Headers& more = {}) {
  return client.call("POST", "/api/v1/unlock",
                     R"({"leader_badge":")" + leader_badge + R"(","leader_pin":")" + leader_pin +
                         R"(","badge":")" + badge + R"(","kiosk":"k1"})",
                     more);
}

/// By the team leader; `whose` are members of the body.
Answer unlock_by(HttpClient& client, const std::string& whose) {
  return client.call(
      "POST", "/api/v1/unlock",
      R"({"leader_badge":"900","leader_pin":")" + std::string(kPin) + R"(",)" + whose + R"(,"kiosk":"k1"})");
}

void lock_out(HttpClient& client, const std::string& badge) {
  for (int i = 0; i < 5; ++i) EXPECT_EQ(client.sign_in(badge, "0000").status, 401U);
  EXPECT_EQ(client.sign_in(badge, kPin).problem(), "locked-out");
}

TEST_F(KioskApi, says_what_the_plant_has_not_set) {
  const auto status = json(client_.call("GET", "/api/v1/status"));
  EXPECT_EQ(text(status.at("help")), "");
  EXPECT_FALSE(status.at("roster_sign_in").as_bool());
  EXPECT_EQ(text(status.at("app")), "");
}

TEST_F(ChoosingKiosk, tells_whom_to_call_and_that_names_may_be_chosen) {
  const auto status = json(client_.call("GET", "/api/v1/status"));
  EXPECT_EQ(text(status.at("help")), "Plant IT, extension 4711");
  EXPECT_TRUE(status.at("roster_sign_in").as_bool());
}

struct Pages {
  millrace::test::TempFolder pages_;
};
class ServingKiosk : protected Pages, public KioskApi {
 protected:
  ServingKiosk() : KioskApi([this](EdgeConfig& config) { config.http.kiosk_dir = pages_.path(); }) {}
};

TEST_F(ServingKiosk, tells_which_version_of_the_pages_it_serves_as_they_change) {
  const auto app = [&] { return text(json(client_.call("GET", "/api/v1/status")).at("app")); };
  EXPECT_EQ(app(), "");
  const auto build = [&](const std::string& version) {
    std::string files = R"("/index.html")";
    for (int i = 0; i < 500; ++i) files += R"(, "/assets/chunk-)" + std::to_string(i) + R"(.js")";
    test::write_text(pages_.path() / "version.json",
                     R"({"version": ")" + version + R"(", "files": [)" + files + "]}");
  };
  build("1.4.0+abc");
  EXPECT_EQ(app(), "1.4.0+abc");
  build(std::string(64, '9'));
  EXPECT_EQ(app(), std::string(64, '9'));
  build(std::string(65, '9'));
  EXPECT_EQ(app(), "") << "no version of ours";
  test::write_text(pages_.path() / "version.json", "1.4.0");
  EXPECT_EQ(app(), "");
}

TEST_F(KioskApi, a_session_says_what_its_person_may_do) {
  const auto roles = [&](const std::string& badge) {
    const auto person = json(client_.sign_in(badge, kPin)).at("operator");
    EXPECT_TRUE(person.at("photo").is_null());
    return person.at("roles").as_array();
  };
  EXPECT_EQ(roles("100"), bj::array{"operator"});
  EXPECT_EQ(roles("800"), bj::array{"witness"});
  EXPECT_EQ(roles("900"), bj::array{"team_leader"});
  EXPECT_EQ(json(client_.call("GET", "/api/v1/session")).at("operator").at("roles").as_array(),
            bj::array{"team_leader"});
}

struct WithPhotos {
  millrace::test::TempFolder photos_;
};
/// A box with photos of its people.
class KioskWithPhotos : protected WithPhotos, public KioskApi {
 protected:
  KioskWithPhotos() : KioskApi([this](EdgeConfig& config) { config.kiosk.photos = photos_.path(); }) {}
};

TEST_F(KioskWithPhotos, everybody_sees_their_own_and_nobody_anothers) {
  test::write_text(photos_.path() / "op-1.png", "picture of one");
  test::write_text(photos_.path() / "op-2.webp", "picture of two");
  const auto address = [&](const std::string& badge) {
    return json(client_.sign_in(badge, kPin)).at("operator").at("photo");
  };
  EXPECT_EQ(client_.call("GET", "/api/v1/session/photo").status, 401U);
  const auto first = text(address("100"));
  auto shown = client_.call("GET", first);
  EXPECT_EQ(shown.status, 200U);
  EXPECT_EQ(shown.body, "picture of one");
  EXPECT_EQ(shown.headers.at("content-type"), "image/png");
  const auto second = text(address("200"));
  EXPECT_NE(second, first) << "a page would show the first one's again";
  EXPECT_EQ(client_.call("GET", first).body, "picture of two") << "whatever is asked for";
  EXPECT_EQ(client_.call("GET", second).headers.at("content-type"), "image/webp");
  EXPECT_TRUE(address("800").is_null());
  EXPECT_EQ(client_.call("GET", "/api/v1/session/photo").status, 404U);
}

TEST_F(KioskWithPhotos, one_that_is_too_large_is_not_shown_and_keeps_nobody_out) {
  const auto file = photos_.path() / "op-1.jpg";
  test::write_text(file, std::string(kMostPhotoBytes, 'x'));
  const auto address = [&] { return json(client_.sign_in("100", kPin)).at("operator").at("photo"); };
  EXPECT_TRUE(address().is_string());
  EXPECT_EQ(client_.call("GET", "/api/v1/session/photo").status, 200U);
  test::write_text(file, std::string(kMostPhotoBytes + 1, 'x'));
  EXPECT_TRUE(address().is_null());
  EXPECT_EQ(client_.call("GET", "/api/v1/session/photo").status, 404U);
}

TEST_F(KioskWithPhotos, another_photo_has_another_address_and_a_folder_that_is_gone_has_none) {
  const auto file = photos_.path() / "op-1.jpg";
  test::write_text(file, "one");
  const auto address = [&] { return json(client_.sign_in("100", kPin)).at("operator").at("photo"); };
  const auto first = address();
  std::filesystem::last_write_time(file, std::filesystem::last_write_time(file) + std::chrono::seconds{1});
  EXPECT_NE(address(), first);
  std::filesystem::remove_all(photos_.path());
  EXPECT_TRUE(address().is_null());
}

TEST_F(KioskApi, shows_no_roster_unless_the_plant_wants_it) {
  const auto answer = client_.call("GET", "/api/v1/roster");
  EXPECT_EQ(answer.status, 404U);
  EXPECT_THAT(answer.body, Not(HasSubstr("Person")));
  const auto chosen = client_.choose("op-1", kPin);
  EXPECT_EQ(chosen.status, 403U);
  EXPECT_EQ(chosen.problem(), "not-allowed");
}

TEST_F(ChoosingKiosk, shows_names_and_ids_of_those_who_may_sign_in_and_nothing_else) {
  const auto answer = client_.call("GET", "/api/v1/roster");
  ASSERT_EQ(answer.status, 200U);
  EXPECT_EQ(json(answer).at("people"), bj::value({{{"id", "op-1"}, {"name", "Person 1"}},
                                                  {{"id", "op-2"}, {"name", "Person 2"}},
                                                  {{"id", "op-8"}, {"name", "Person 8"}},
                                                  {{"id", "op-9"}, {"name", "Person 9"}}}));
}

TEST_F(ChoosingKiosk, a_name_and_a_pin_sign_in_like_a_badge) {
  const auto answer = client_.choose("op-2", kPin);
  ASSERT_EQ(answer.status, 201U) << answer.body;
  EXPECT_EQ(text(json(answer).at("operator").at("id")), "op-2");
}

TEST_F(ChoosingKiosk, a_wrong_pin_a_name_of_nobody_and_an_inactive_one_look_alike) {
  const auto wrong_pin = client_.choose("op-1", "0000");
  EXPECT_EQ(wrong_pin.status, 401U);
  EXPECT_EQ(wrong_pin.problem(), "wrong-badge-or-pin");
  EXPECT_EQ(client_.choose("op-77", kPin).body, wrong_pin.body);
  EXPECT_EQ(client_.choose("op-3", kPin).body, wrong_pin.body);
}

TEST_F(ChoosingKiosk, wrong_pins_by_name_and_by_badge_are_counted_together) {
  for (int i = 0; i < 3; ++i) EXPECT_EQ(client_.choose("op-1", "0000").status, 401U);
  for (int i = 0; i < 2; ++i) EXPECT_EQ(client_.sign_in("100", "0000").status, 401U);
  EXPECT_EQ(client_.sign_in("100", kPin).problem(), "locked-out");
  EXPECT_EQ(client_.choose("op-1", kPin).problem(), "locked-out");
}

TEST_F(ChoosingKiosk, a_badge_given_as_a_name_does_not_lock_the_badge) {
  for (int i = 0; i < 5; ++i) EXPECT_EQ(client_.choose("100", "0000").status, 401U);
  EXPECT_EQ(client_.choose("100", "0000").problem(), "locked-out");
  EXPECT_EQ(client_.sign_in("100", kPin).status, 201U);
}

TEST_F(ChoosingKiosk, a_badge_and_a_name_at_once_are_refused) {
  const auto both = R"({"badge":"100","operator_id":"op-1","pin":"2468","kiosk":"k1"})";
  EXPECT_EQ(client_.call("POST", "/api/v1/session", both).status, 400U);
  EXPECT_EQ(client_.call("POST", "/api/v1/session", R"({"pin":"2468","kiosk":"k1"})").status, 400U);
  EXPECT_EQ(client_.choose(std::string(65, 'o'), kPin).status, 400U);
  EXPECT_EQ(rows("lockout"), 0);
}

TEST_F(KioskApi, a_team_leader_unlocks_a_badge_without_a_session_and_a_row_says_so) {
  lock_out(client_, "100");
  EXPECT_EQ(unlock(client_, "900", kPin, "100").status, 204U);
  EXPECT_EQ(client_.sign_in("100", kPin).status, 201U);
  EXPECT_EQ(rows("\"unlock\" WHERE leader_id = 'op-9' AND operator_id = 'op-1' AND kiosk = 'k1'"), 1);
  EXPECT_THAT(client_.call("GET", "/metrics").body, HasSubstr("millrace_edge_unlocks_total 1"));
}

TEST_F(KioskApi, a_team_leader_unlocks_somebody_by_the_name_that_was_chosen) {
  EXPECT_EQ(unlock_by(client_, R"("operator_id":"op-1")").status, 204U);
  EXPECT_EQ(rows("\"unlock\" WHERE leader_id = 'op-9' AND operator_id = 'op-1'"), 1);
  EXPECT_EQ(unlock_by(client_, R"("operator_id":"nobody")").status, 204U) << "does not tell who exists";
  EXPECT_EQ(rows("\"unlock\" WHERE operator_id = ''"), 1);
  EXPECT_EQ(unlock_by(client_, R"("operator_id":"op-1","badge":"100")").status, 400U);
}

TEST_F(KioskApi, unlocking_starts_the_count_anew) {
  lock_out(client_, "100");
  ASSERT_EQ(unlock(client_, "900", kPin, "100").status, 204U);
  lock_out(client_, "100");
}

TEST_F(KioskApi, unlocking_does_not_tell_whether_a_badge_exists) {
  const auto known = unlock(client_, "900", kPin, "100");
  const auto unknown = unlock(client_, "900", kPin, "777");
  EXPECT_EQ(known.status, 204U);
  EXPECT_EQ(unknown.status, 204U);
  EXPECT_EQ(unknown.body, known.body);
  EXPECT_EQ(rows("\"unlock\""), 2);
}

TEST_F(KioskApi, unlocking_needs_a_team_leader_with_the_right_pin) {
  lock_out(client_, "100");
  const auto wrong_pin = unlock(client_, "900", "0000", "100");
  EXPECT_EQ(wrong_pin.status, 401U);
  EXPECT_EQ(wrong_pin.problem(), "wrong-badge-or-pin");
  EXPECT_EQ(unlock(client_, "777", kPin, "100").body, wrong_pin.body) << "nobody's badge";
  const auto no_leader = unlock(client_, "200", kPin, "100");
  EXPECT_EQ(no_leader.status, 403U);
  EXPECT_EQ(no_leader.problem(), "not-allowed");
  EXPECT_EQ(unlock(client_, "800", kPin, "100").problem(), "not-allowed") << "a witness is no leader";
  EXPECT_EQ(client_.sign_in("100", kPin).problem(), "locked-out");
  EXPECT_EQ(rows("\"unlock\""), 0);
}

TEST_F(KioskApi, a_leader_who_guesses_pins_is_locked_out_like_anyone) {
  for (int i = 0; i < 5; ++i) EXPECT_EQ(unlock(client_, "900", "0000", "100").status, 401U);
  const auto locked = unlock(client_, "900", kPin, "100");
  EXPECT_EQ(locked.status, 429U);
  EXPECT_EQ(locked.problem(), "locked-out");
  EXPECT_GT(json(locked).at("retry_after_s").as_int64(), 20);
  EXPECT_EQ(client_.sign_in("900", kPin).problem(), "locked-out");
}

TEST_F(KioskApi, unlocking_from_another_origin_or_without_json_is_refused) {
  EXPECT_EQ(unlock(client_, "900", kPin, "100", {{"Origin", "http://evil.example"}}).problem(),
            "wrong-origin");
  EXPECT_EQ(unlock(client_, "900", kPin, "100", {{"Content-Type", "text/plain"}}).status, 415U);
  EXPECT_EQ(unlock(client_, "900", std::string(65, '1'), "100").status, 400U);
  EXPECT_EQ(unlock(client_, "900", kPin, std::string(65, '1')).status, 400U);
  EXPECT_EQ(unlock(client_, "900", kPin, std::string(64, '1')).status, 204U);
  EXPECT_EQ(rows("\"unlock\""), 1);
}

}  // namespace
}  // namespace millrace::edge
