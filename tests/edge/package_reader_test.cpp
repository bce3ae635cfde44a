// A test package is good, or every one of its problems is named by file, place and remedy.
#include "edge/testing/package_reader.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "edge/testing/package_limits.hpp"
#include "tests/edge/support/fixture_files.hpp"

namespace millrace::edge {
namespace {

using test::pumps_text;
using test::with;
using ::testing::AllOf;
using ::testing::HasSubstr;

TEST(PackageReader, a_good_package_is_read_whole) {
  const auto package = test::pumps();
  EXPECT_EQ(package->test_id, "pumps");
  EXPECT_EQ(package->question_count(), 4U);
  EXPECT_EQ(package->time_limit_s, 600U);
  EXPECT_EQ(package->sha256, sha256(as_bytes(pumps_text())));
  EXPECT_EQ(package->topic("stop")->title.at("de"), "Abfahren");
  EXPECT_EQ(package->item("signs")->answer, Response(Choices{{"a", "c"}}));
  EXPECT_EQ(package->item("signs")->scoring, Scoring::partial);
  EXPECT_EQ(package->item("pressure")->unit, "bar");
  EXPECT_THAT(package->language_codes(), ::testing::ElementsAre("en", "de"));
}

TEST(PackageReader, the_demo_packages_are_good) {
  for (const auto* name : {"loto-basics.json", "press-safety.json"}) {
    const auto file = std::filesystem::path(MILLRACE_SOURCE_DIR) / "demo" / "packages" / name;
    const auto package = read_package(test::read_text(file), file.string());
    EXPECT_TRUE(package) << package.error().message;
  }
}

struct Bad {
  const char* name;
  const char* from;
  const char* to;
  const char* pointer;
  const char* says;
};

class BadPackage : public ::testing::TestWithParam<Bad> {};

TEST_P(BadPackage, is_refused_with_file_place_and_remedy) {
  const auto& bad = GetParam();
  const auto package = read_package(with(pumps_text(), bad.from, bad.to), "packages/pumps.json");
  ASSERT_FALSE(package);
  EXPECT_EQ(package.error().kind, ErrorKind::invalid_input);
  EXPECT_THAT(
      package.error().message,
      AllOf(HasSubstr(std::string("packages/pumps.json: ") + bad.pointer + ": "), HasSubstr(bad.says)));
}

INSTANTIATE_TEST_SUITE_P(
    Table, BadPackage,
    ::testing::Values(
        Bad{"not_json", "\"items\": [", "\"items\": [,", "line 20", "is not JSON"},
        Bad{"another_format", "test-package/1", "test-package/2", "/format", "must be"},
        Bad{"missing_member", "\"skill\": \"pump-operation\",", "", "/skill", "is missing"},
        Bad{"unknown_member", "\"skill\":", "\"extra\": 1, \"skill\":", "/extra", "unknown"},
        Bad{"member_twice", "\"skill\":", "\"version\": 1, \"skill\":", "/version", "given twice"},
        Bad{"id_leads_out", "\"test_id\": \"pumps\"", "\"test_id\": \"../pumps\"", "/test_id",
            "must be made of"},
        Bad{"version_zero", "\"version\": 1,", "\"version\": 0,", "/version", "from 1 to"},
        Bad{"wrong_type", "\"shuffle_items\": true", "\"shuffle_items\": \"yes\"", "/shuffle_items",
            "true or false"},
        Bad{"mark_over_full", "7500", "10001", "/pass_mark_bp", "from 0 to 10000"},
        Bad{"fractional_mark", "7500", "7500.5", "/pass_mark_bp", "whole number"},
        Bad{"no_approver", "\"approved_by\": \"D. Muster\"", "\"approved_by\": \"\"",
            "/languages/1/approved_by", "must not be empty"},
        Bad{"odd_language", "\"code\": \"de\"", "\"code\": \"german!\"", "/languages/1/code",
            "not a language"},
        Bad{"language_twice", "\"code\": \"de\"", "\"code\": \"en\"", "/languages/1", "listed twice"},
        Bad{"no_translation", ", \"de\": \"Pumpen\"", "", "/title", "no text in 'de'"},
        Bad{"unlisted_language", "\"de\": \"Pumpen\"", "\"de\": \"Pumpen\", \"fr\": \"Pompes\"", "/title/fr",
            "does not list"},
        Bad{"control_character", "Which valve first?", "Which \\u0007 valve?", "/items/0/stem/en", "control"},
        Bad{"unknown_topic", "\"topic\": \"stop\"", "\"topic\": \"end\"", "/items/2/topic",
            "not among /topics"},
        Bad{"unknown_type", "true_false", "essay", "/items/2/type", "is not one of"},
        Bad{"no_weight", "\"critical\": true, \"weight\": 1", "\"critical\": true, \"weight\": 0",
            "/items/0/weight", "from 1 to 100"},
        Bad{"item_twice", "\"id\": \"signs\"", "\"id\": \"valve\"", "/items/1/id", "ids are unique"},
        Bad{"option_twice", "{ \"id\": \"b\", \"text\": { \"en\": \"Discharge\"",
            "{ \"id\": \"a\", \"text\": { \"en\": \"Discharge\"", "/items/0/options/1/id", "ids are unique"},
        Bad{"answer_is_no_option", "{ \"choice\": \"a\" }", "{ \"choice\": \"z\" }", "/items/0/answer",
            "is no option"},
        Bad{"answer_of_another_form", "{ \"value\": false }", "{ \"choice\": \"a\" }", "/items/2/answer",
            "true or false"},
        Bad{"answer_is_null", "{ \"choice\": \"a\" }", "null", "/items/0/answer", "must not be null"},
        Bad{"two_answers", "{ \"value\": false }", "{ \"value\": false, \"choice\": \"a\" }",
            "/items/2/answer", "exactly one"},
        Bad{"choice_twice", "[\"a\", \"c\"]", "[\"a\", \"a\"]", "/items/1/answer/choices", "twice"},
        Bad{"no_choices", "[\"a\", \"c\"]", "[]", "/items/1/answer/choices", "must have 1 to"},
        Bad{"unknown_scoring", "\"partial\"", "\"half\"", "/items/1/scoring", "all_or_nothing or partial"},
        Bad{"number_is_no_decimal", "\"6.0\"", "\"6,0\"", "/items/3/answer", "decimal"},
        Bad{"number_with_exponent", "\"6.0\"", "\"6e0\"", "/items/3/answer", "decimal"},
        Bad{"negative_tolerance", "\"0.2\"", "\"-0.2\"", "/items/3/tolerance", "negative"},
        Bad{"draws_too_many", "\"draw\": null", "\"draw\": 5", "/draw", "from 1 to 4"},
        Bad{"image_leads_out", "\"valves.svg\"", "\"../valves.svg\"", "/items/0/image", "must be made of"}),
    [](const auto& info) { return std::string(info.param.name); });

TEST(PackageReader, all_problems_are_named_at_once) {
  auto text = with(pumps_text(), "7500", "-1");
  text = with(text, "\"unit\": \"bar\",", "");
  const auto package = read_package(text, "p.json");
  ASSERT_FALSE(package);
  EXPECT_THAT(package.error().message, AllOf(HasSubstr("/pass_mark_bp"), HasSubstr("/items/3/unit")));
}

TEST(PackageReader, a_package_whose_answers_would_not_fit_into_one_event_is_refused) {
  std::string items;
  const std::string id_tail(24, 'x');
  for (size_t i = 0; i < kMostItems; ++i) {
    items += i == 0 ? "" : ",";
    items += R"({"id":"q)" + std::to_string(i) +
             R"(","version":1,"topic":"start","type":"multiple_choice",)" +
             R"("critical":false,"weight":1,"stem":{"en":"?","de":"?"},"scoring":"partial","options":[)";
    for (size_t o = 0; o < kMostOptions; ++o) {
      items += (o == 0 ? R"({"id":"o)" : R"(,{"id":"o)") + std::to_string(o) + id_tail +
               R"(","text":{"en":"x","de":"x"}})";
    }
    items += R"(],"answer":{"choices":["o0)" + id_tail + R"("]}})";
  }
  auto text = pumps_text();
  text = text.substr(0, text.find("\"items\"")) + "\"items\":[" + items + "]}";
  const auto package = read_package(text, "p.json");
  ASSERT_FALSE(package);
  EXPECT_THAT(package.error().message, AllOf(HasSubstr("/items:"), HasSubstr("fit into one event")));
}

}  // namespace
}  // namespace millrace::edge
