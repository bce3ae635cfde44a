// Every item type over a real loopback server: what is shown, what is taken, and that a running attempt keeps
// its pictures and sounds.
#include <gmock/gmock.h>

#include "tests/edge/support/kiosk_api.hpp"

namespace millrace::edge {
namespace {

namespace bj = boost::json;
using test::Answer;
using test::json;
using test::key;
using test::kPin;
using test::text;
using test::with;
using ::testing::HasSubstr;
using ::testing::Not;

/// A box with the package of every item type, and op-1 at its attempt.
class LineApi : public test::KioskApi {
 protected:
  void SetUp() override {
    edge_.stop();
    put_line(test::line_text());
    std::filesystem::copy(test::data_folder() / "line" / "media", packages() / "media",
                          std::filesystem::copy_options::recursive);
    const auto assignments = edge_.folder() / "assignments.json";
    test::write_text(assignments, with(test::read_text(assignments), "[{",
                                       "[" +
                                           with(with(test::assignment("as-line", "op-1"), "pumps", "line"),
                                                "pump-operation", "line-operation") +
                                           ",{"));
    start();
    client_.sign_in("100", kPin);
  }
  std::filesystem::path packages() const { return edge_.folder() / "packages"; }
  std::filesystem::path media(const char* name) const { return packages() / "media" / "line" / name; }
  void put_line(const std::string& content) { test::write_text(packages() / "line.json", content); }
  void start() {
    edge_.start();
    client_.set_port(edge_.port());
  }
  bj::value begin_line(const std::string& language = "en") {
    const auto answer = open(key(), "as-line", language);
    EXPECT_TRUE(answer.status == 201 || answer.status == 200) << answer.body;
    auto attempt = json(answer);
    path_ = "/api/v1/attempts/" + text(attempt.at("attempt_id"));
    lease_ = std::to_string(attempt.at("lease").as_int64());
    return attempt;
  }
  /// The item as the kiosk gets it, if this attempt drew it.
  static const bj::value* item_in(const bj::value& attempt, std::string_view id) {
    for (const auto& item : attempt.at("items").as_array()) {
      if (item.at("item_id").as_string() == id) return &item;
    }
    return nullptr;
  }
  static std::vector<std::string> names_of(const bj::value& object) {
    std::vector<std::string> names;
    for (const auto& member : object.as_object()) names.emplace_back(member.key());
    std::ranges::sort(names);
    return names;
  }
};

TEST_F(LineApi, shows_every_type_with_what_there_is_to_answer_and_nothing_more) {
  const std::vector<std::string> shared{"audio",    "flagged", "image", "image_alt", "item_id", "position",
                                        "response", "section", "stem",  "type",      "version"};
  const std::map<std::string, std::vector<std::string>> own{
      {"ordering", {"options"}}, {"matching", {"left", "right"}}, {"hotspot", {"regions"}}};
  const auto attempt = begin_line();
  ASSERT_EQ(attempt.at("items").as_array().size(), 3U);
  for (const auto& item : attempt.at("items").as_array()) {
    auto wanted = shared;
    const auto& more = own.at(text(item.at("type")));
    wanted.insert(wanted.end(), more.begin(), more.end());
    std::ranges::sort(wanted);
    EXPECT_EQ(names_of(item), wanted);
  }
  const auto& stop = *item_in(attempt, "stop");
  EXPECT_EQ(names_of(stop.at("regions").at(0)),
            (std::vector<std::string>{"h", "id", "label", "w", "x", "y"}));
  EXPECT_EQ(stop.at("regions").at(1).at("x").as_int64(), 650);
  EXPECT_EQ(text(stop.at("image_alt").at("de")), "Ein Pult mit zwei Tasten");
  EXPECT_EQ(text(stop.at("section")), "eyes");
  EXPECT_EQ(text(attempt.at("sections").at(0).at("title").at("en")), "With your hands");
  EXPECT_EQ(names_of(attempt.at("sections").at(0)), (std::vector<std::string>{"id", "title"}));
  EXPECT_EQ(attempt.at("approved_languages"), bj::value({"en", "de"}));
  EXPECT_FALSE(attempt.at("layout_sample").as_bool());
  const auto work = json(client_.call("GET", "/api/v1/work"));
  EXPECT_EQ(work.at("assignments").at(0).at("approved_languages"), bj::value({"en", "de"}));
  EXPECT_EQ(work.at("assignments").at(0).at("question_count").as_int64(), 3);
  EXPECT_FALSE(work.at("assignments").at(0).at("layout_sample").as_bool());
}

TEST_F(LineApi, the_answer_key_of_no_type_is_in_any_answer) {
  std::string all = client_.call("GET", "/api/v1/work").body;
  const auto attempt = begin_line();
  for (const auto& item : attempt.at("items").as_array()) {
    const auto id = text(item.at("item_id"));
    if (text(item.at("type")) == "hotspot") all += save(id, R"({"region":"black"})").body;
    if (text(item.at("type")) == "matching") all += save(id, R"({"pairs":{"l1":"r3"}})").body;
  }
  all += client_.call("GET", path_).body;
  all += submit(key()).body + client_.call("GET", path_).body;
  EXPECT_THAT(all, HasSubstr("The red button"));
  for (const auto* secret :
       {"\"answer\"", "\"scoring\"", "\"critical\"", "\"weight\"", "\"draw\"", "E. Sample", "approved_by",
        R"(["g","p","s"])", R"("l1":"r2")", R"("l2":"r1")", R"("region":"red")"}) {
    EXPECT_THAT(all, Not(HasSubstr(secret)));
  }
}

TEST_F(LineApi, takes_good_answers_and_refuses_foreign_ids) {
  struct Case {
    std::string good;
    std::vector<std::string> bad;
  };
  const std::map<std::string, Case> cases{
      {"start-up",
       {R"({"order":["p","s","g"]})",
        {R"({"order":["p","s"]})", R"({"order":["p","s","s"]})", R"({"order":["p","s","z"]})",
         R"({"order":["p","s","g","p"]})", R"({"order":[]})", R"({"order":"p"})", R"({"choice":"p"})"}}},
      {"again", {R"({"order":["b","a"]})", {R"({"order":["a"]})", R"({"order":["a","red"]})"}}},
      {"parts",
       {R"({"pairs":{"l2":"r3"}})",
        {R"({"pairs":{}})", R"({"pairs":{"l1":"r9"}})", R"({"pairs":{"l9":"r1"}})",
         R"({"pairs":{"r1":"l1"}})", R"({"pairs":{"l1":"r1","l2":"r1"}})", R"({"pairs":["l1","r1"]})",
         R"({"pairs":{"l1":null}})", R"({"order":["l1","l2"]})"}}},
      {"stop",
       {R"({"region":"black"})",
        {R"({"region":"blue"})", R"({"region":""})", R"({"region":1})", R"({"region":"red","choice":"red"})",
         R"({"choice":"red"})"}}}};
  const auto attempt = begin_line();
  for (const auto& item : attempt.at("items").as_array()) {
    const auto id = text(item.at("item_id"));
    const auto& [good, bad] = cases.at(id);
    for (const auto& response : bad) {
      const auto refused = save(id, response);
      EXPECT_EQ(refused.status, 400U) << id << " " << response;
      EXPECT_EQ(refused.problem(), "bad-response") << id << " " << response << refused.body;
    }
    EXPECT_EQ(save(id, good).status, 200U) << id;
  }
  EXPECT_EQ(rows("journal"), 3);
  const auto seen = json(client_.call("GET", path_));
  for (const auto& item : seen.at("items").as_array())
    EXPECT_EQ(bj::serialize(item.at("response")), cases.at(text(item.at("item_id"))).good);
}

TEST_F(LineApi, all_right_is_full_score) {
  const auto package = test::line();
  const auto attempt = begin_line();
  for (const auto& item : attempt.at("items").as_array()) {
    const auto id = text(item.at("item_id"));
    EXPECT_EQ(save(id, to_json(package->item(id)->answer)).status, 200U) << id;
  }
  const auto result = json(submit(key()));
  EXPECT_EQ(result.at("score_bp").as_int64(), 10'000);
  EXPECT_EQ(text(result.at("outcome")), "passed");
}

TEST_F(LineApi, cannot_be_taken_in_a_language_that_nobody_approved_unless_it_is_a_layout_sample) {
  EXPECT_EQ(open(key(), "as-line", "fr").problem(), "bad-language");
  EXPECT_EQ(open(key(), "as-line", "it").problem(), "bad-language");
  edge_.stop();
  put_line(with(test::line_text(), "\"layout_sample\": false", "\"layout_sample\": true"));
  start();
  client_.sign_in("100", kPin);
  EXPECT_TRUE(begin_line("fr").at("layout_sample").as_bool());
}

TEST_F(LineApi, serves_pictures_and_sounds_by_their_content) {
  const auto attempt = begin_line();
  const auto& stop = *item_in(attempt, "stop");
  const auto picture = client_.call("GET", text(stop.at("image")));
  ASSERT_EQ(picture.status, 200U);
  EXPECT_EQ(picture.headers.at("content-type"), "image/svg+xml");
  EXPECT_EQ(picture.headers.at("x-content-type-options"), "nosniff");
  EXPECT_EQ(picture.headers.at("cache-control"), "private, max-age=31536000, immutable")
      << "the hash in its address names it for good, and a test may last longer than an hour";
  const auto sound = client_.call("GET", text(stop.at("audio").at("en")));
  ASSERT_EQ(sound.status, 200U);
  EXPECT_EQ(sound.headers.at("content-type"), "audio/wav");
  EXPECT_EQ(sound.body, test::read_text(media("stop-en.wav")));
  const std::string base = "/api/v1/packages/line/1/media/";
  const auto by_name = client_.call("GET", base + "panel.svg");
  EXPECT_EQ(by_name.headers.at("cache-control"), "private, max-age=3600") << "the name may lead elsewhere";
  const std::string unknown = "?sha256=" + std::string(64, '0');
  for (const auto& path :
       {base + "panel.svg" + unknown, base + "panel.svg?sha256=x", base + "line.json" + unknown,
        base + "..%2fline%2fpanel.svg" + unknown, base + "line.json"})
    EXPECT_EQ(client_.call("GET", path).status, 404U) << path;
}

TEST_F(LineApi, a_changed_file_never_changes_a_running_attempt) {
  const auto attempt = begin_line();
  const auto image = text(item_in(attempt, "stop")->at("image"));
  const auto sound = text(item_in(attempt, "stop")->at("audio").at("en"));
  const auto picture = test::read_text(media("panel.svg"));
  const auto spoken = test::read_text(media("stop-en.wav"));
  test::write_text(media("panel.svg"), "<svg xmlns=\"http://www.w3.org/2000/svg\"/>");
  std::filesystem::remove(media("stop-en.wav"));
  EXPECT_EQ(client_.call("GET", image).body, picture);
  EXPECT_EQ(client_.call("GET", sound).body, spoken);

  // The same version with another picture and another key: for nobody.
  edge_.stop();
  const auto changed = sha256(as_bytes(test::read_text(media("panel.svg"))));
  test::write_text(media("stop-en.wav"), spoken);
  auto content = with(test::line_text(), hex(sha256(as_bytes(picture))), hex(changed));
  put_line(with(content, R"({ "region": "red" })", R"({ "region": "black" })"));
  start();
  client_.sign_in("100", kPin);
  const auto again = begin_line();
  EXPECT_EQ(again.at("attempt_id"), attempt.at("attempt_id"));
  EXPECT_EQ(text(item_in(again, "stop")->at("image")), image);
  EXPECT_EQ(client_.call("GET", image).body, picture);
  ASSERT_EQ(save("stop", R"({"region":"black"})").status, 200U);
  EXPECT_EQ(json(submit(key())).at("correct").as_int64(), 0) << "scored by the key that it began with";

  EXPECT_EQ(open(key(), "as-line").problem(), "package-unusable");
  const auto work = json(client_.call("GET", "/api/v1/work"));
  EXPECT_EQ(work.at("missing_tests").as_int64(), 1) << "the list does not offer it";
  EXPECT_THAT(serialize(work.at("assignments")), Not(HasSubstr("as-line")));

  // As a new version: for new attempts.
  edge_.stop();
  put_line(with(with(content, R"({ "region": "red" })", R"({ "region": "black" })"), "\"version\": 1,",
                "\"version\": 2,"));
  const auto assignments = edge_.folder() / "assignments.json";
  test::write_text(assignments, with(test::read_text(assignments), R"("test_id": "line", "test_version": 1)",
                                     R"("test_id": "line", "test_version": 2)"));
  start();
  client_.sign_in("100", kPin);
  const auto fresh = begin_line();
  const auto other = text(item_in(fresh, "stop")->at("image"));
  EXPECT_NE(other, image);
  EXPECT_EQ(client_.call("GET", other).body, test::read_text(media("panel.svg")));
  EXPECT_EQ(client_.call("GET", image).body, picture) << "the first attempt can still be looked at";
}

TEST_F(LineApi, no_attempt_begins_without_its_pictures_as_they_were_approved) {
  test::write_text(media("panel.svg"), "<svg/>");
  const auto refused = open(key(), "as-line");
  EXPECT_EQ(refused.problem(), "package-unusable");
  EXPECT_THAT(refused.body, HasSubstr("Call plant IT"));
  EXPECT_EQ(rows("attempt"), 0);
  EXPECT_EQ(rows("media"), 0);
}

}  // namespace
}  // namespace millrace::edge
