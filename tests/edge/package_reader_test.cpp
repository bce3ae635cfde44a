// A test package is good, or every one of its problems is named by file, place and remedy.
#include "core/packages/package_reader.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/packages/package_limits.hpp"
#include "tests/edge/support/fixture_files.hpp"

namespace millrace::edge {
namespace {

using packages::Origin;
using packages::read_package;
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
  for (const auto& file : test::demo_packages()) {
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
        Bad{"not_json", "\"items\": [", "\"items\": [,", "line 23", "is not JSON"},
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
        Bad{"blank_approver", "\"approved_by\": \"D. Muster\"", "\"approved_by\": \" \"",
            "/languages/1/approved_by", "nothing but blanks"},
        Bad{"blank_title", "\"de\": \"Pumpen\"", "\"de\": \"\\u00a0 \"", "/title/de", "nothing but blanks"},
        Bad{"blank_stem", "Which valve first?", " \\n ", "/items/0/stem/en", "nothing but blanks"},
        Bad{"blank_option", "\"en\": \"Discharge\"", "\"en\": \"\\u3000\"", "/items/0/options/1/text/en",
            "nothing but blanks"},
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
        Bad{"section_without_sections", "\"topic\": \"start\",", "\"section\": \"s\", \"topic\": \"start\",",
            "/items/0/section", "no sections"},
        Bad{"alt_without_image", "\"image\": null,", "\"image_alt\": { \"en\": \"x\", \"de\": \"x\" },",
            "/items/1/image_alt", "has none"},
        Bad{"image_of_no_kind", "\"image\": \"valves.svg\"", "\"image\": \"valves.gif\"", "/items/0/image",
            "must end in"},
        Bad{"no_media", "\"media\"", "\"draw2\"", "/media", "is missing"},
        Bad{"media_that_nobody_names", "\"valves.svg\":", "\"other.svg\":", "/media/other.svg",
            "no item names"},
        Bad{"media_that_is_not_listed", "\"valves.svg\":", "\"other.svg\":", "/media", "lacks 'valves.svg'"},
        Bad{"hash_too_long", "\"valves.svg\": \"", "\"valves.svg\": \"A", "/media/valves.svg", "must have"},
        Bad{"image_leads_out", "\"image\": \"valves.svg\"", "\"image\": \"../valves.svg\"", "/items/0/image",
            "must be made of"}),
    [](const auto& info) { return std::string(info.param.name); });

class BadLine : public ::testing::TestWithParam<Bad> {};

TEST_P(BadLine, is_refused_with_file_place_and_remedy) {
  const auto& bad = GetParam();
  const auto package = read_package(with(test::line_text(), bad.from, bad.to), "packages/line.json");
  ASSERT_FALSE(package);
  EXPECT_THAT(
      package.error().message,
      AllOf(HasSubstr(std::string("packages/line.json: ") + bad.pointer + ": "), HasSubstr(bad.says)));
}

INSTANTIATE_TEST_SUITE_P(
    Table, BadLine,
    ::testing::Values(
        Bad{"order_leaves_one_out", "[\"g\", \"p\", \"s\"]", "[\"g\", \"p\"]", "/items/0/answer",
            "every option"},
        Bad{"order_names_one_twice", "[\"g\", \"p\", \"s\"]", "[\"g\", \"p\", \"p\"]",
            "/items/0/answer/order", "twice"},
        Bad{"order_names_a_stranger", "[\"g\", \"p\", \"s\"]", "[\"g\", \"p\", \"z\"]", "/items/0/answer",
            "'z' is no option"},
        Bad{"ordering_without_scoring", "\"scoring\": \"all_or_nothing\",", "", "/items/2/scoring",
            "is missing"},
        Bad{"pairs_leave_one_out", "\"l1\": \"r2\", \"l2\": \"r1\"", "\"l1\": \"r2\"", "/items/1/answer",
            "every left"},
        Bad{"pairs_take_one_twice", "\"l1\": \"r2\", \"l2\": \"r1\"", "\"l1\": \"r2\", \"l2\": \"r2\"",
            "/items/1/answer/pairs", "twice"},
        Bad{"pairs_of_a_stranger", "\"l1\": \"r2\", \"l2\": \"r1\"", "\"l1\": \"l2\", \"l2\": \"r1\"",
            "/items/1/answer", "not on that side"},
        Bad{"hotspot_without_image", "\"image\": \"panel.svg\",", "", "/items/3/type", "needs an `image`"},
        Bad{"regions_overlap", "\"x\": 650", "\"x\": 349", "/items/3/regions/1", "overlaps the region 'red'"},
        Bad{"region_reaches_out", "\"x\": 650", "\"x\": 801", "/items/3/regions/1", "edge"},
        Bad{"region_without_area", "\"w\": 200", "\"w\": 0", "/items/3/regions/0/w", "from 1 to 1000"},
        Bad{"region_twice", "\"id\": \"black\"", "\"id\": \"red\"", "/items/3/regions/1/id", "unique"},
        Bad{"answer_is_no_region", "{ \"region\": \"red\" }", "{ \"region\": \"blue\" }", "/items/3/answer",
            "no region"},
        Bad{"unknown_section", "\"section\": \"eyes\"", "\"section\": \"ears\"", "/items/3/section",
            "not among"},
        Bad{"empty_section", "\"section\": \"eyes\"", "\"section\": \"hands\"", "/sections/1", "has no item"},
        Bad{"no_section", "\"section\": \"eyes\",", "", "/items/3/section", "is missing"},
        Bad{"section_draws_too_many", "\"draw\": 2", "\"draw\": 4", "/sections/0/draw", "from 1 to 3"},
        Bad{"section_twice", "\"id\": \"eyes\"", "\"id\": \"hands\"", "/sections/1/id", "unique"},
        Bad{"draw_beside_sections", "\"topics\"", "\"draw\": 1, \"topics\"", "/draw", "does not go with"},
        Bad{"sound_of_no_kind", "{ \"en\": \"stop-en.wav\" }", "{ \"en\": \"stop-en.svg\" }",
            "/items/3/audio/en", "must end in"},
        Bad{"sound_in_no_language", "{ \"en\": \"stop-en.wav\" }", "{ \"it\": \"stop-en.wav\" }",
            "/items/3/audio/it", "does not list"},
        Bad{"blank_approver_of_an_item", "{ \"de\": \"F. Prüfer\" }", "{ \"de\": \" \" }",
            "/items/0/approved_by/de", "nothing but blanks"},
        Bad{"approver_in_no_language", "{ \"de\": \"F.", "{ \"it\": \"F.", "/items/0/approved_by/it",
            "does not list"}),
    [](const auto& info) { return std::string(info.param.name); });

TEST(PackageReader, every_item_type_is_read_whole) {
  const auto package = test::line();
  EXPECT_EQ(package->item("start-up")->answer, Response(Order{{"g", "p", "s"}}));
  EXPECT_EQ(package->item("start-up")->approved_by.at("de"), "F. Prüfer");
  EXPECT_EQ(package->item("parts")->answer, Response(Pairs{{{"l1", "r2"}, {"l2", "r1"}}}));
  const auto& stop = *package->item("stop");
  EXPECT_EQ(stop.answer, Response(Spot{"red"}));
  EXPECT_EQ(stop.audio.at("en"), "stop-en.wav");
  EXPECT_EQ(stop.image_alt.at("en"), "A panel with two buttons");
  EXPECT_EQ(stop.regions[1].x, 650);
  EXPECT_EQ(package->question_count(), 3U) << "two of three, and one";
  EXPECT_EQ(package->approved_languages(), (std::vector<std::string>{"en", "de"}));
  EXPECT_EQ(package->media.size(), 2U);
}

TEST(PackageReader, a_language_counts_once_every_item_in_it_is_approved) {
  const auto text = with(test::line_text(), "{ \"de\": \"F. Prüfer\" }", "{ \"de\": null }");
  const auto package = read_package(text, "line.json");
  ASSERT_TRUE(package) << package.error().message;
  EXPECT_EQ((*package)->approved_languages(), (std::vector<std::string>{"en"}));
}

TEST(PackageReader, regions_that_touch_do_not_overlap) {
  const auto package = read_package(with(test::line_text(), "\"x\": 650", "\"x\": 350"), "line.json");
  EXPECT_TRUE(package) << package.error().message;
}

/// One item of the line package in other numbers.
std::string line_with(const std::string& item) {
  const auto text = test::line_text();
  return text.substr(0, text.find("\"sections\"")) + "\"items\":[" + item + "]}";
}

std::string texts() {
  return R"({"en":"x","de":"x","fr":"x"})";
}

std::string list_of(size_t count, const std::string& name, const std::string& rest) {
  std::string list;
  for (size_t i = 0; i < count; ++i) {
    list += (i == 0 ? "" : ",") + (R"({"id":")" + name + std::to_string(i) + "\"," + rest + "}");
  }
  return "[" + list + "]";
}

std::string ids_of(size_t count, const std::string& name) {
  std::string list;
  for (size_t i = 0; i < count; ++i) list += (i == 0 ? "\"" : ",\"") + name + std::to_string(i) + "\"";
  return "[" + list + "]";
}

const std::string kHead =
    R"({"id":"q","version":1,"topic":"run","critical":false,"weight":1,"stem":)" + texts();

std::string ordering_of(size_t options) {
  return line_with(kHead + R"(,"type":"ordering","scoring":"partial","options":)" +
                   list_of(options, "o", "\"text\":" + texts()) +
                   ",\"answer\":{\"order\":" + ids_of(options, "o") + "}}");
}

std::string matching_of(size_t left, size_t right) {
  std::string pairs;
  for (size_t i = 0; i < left; ++i)
    pairs += (i == 0 ? "\"l" : ",\"l") + std::to_string(i) + "\":\"r" + std::to_string(i) + "\"";
  return line_with(kHead + R"(,"type":"matching","scoring":"partial","left":)" +
                   list_of(left, "l", "\"text\":" + texts()) + ",\"right\":" +
                   list_of(right, "r", "\"text\":" + texts()) + ",\"answer\":{\"pairs\":{" + pairs + "}}}");
}

TEST(PackageReader, bounds_of_the_item_types_hold_at_their_edge) {
  const auto good = [](const std::string& text) { return read_package(text, "p.json").has_value(); };
  EXPECT_TRUE(good(ordering_of(packages::kLeastOptions)));
  EXPECT_FALSE(good(ordering_of(packages::kLeastOptions - 1)));
  EXPECT_TRUE(good(ordering_of(packages::kMostOptions)));
  EXPECT_FALSE(good(ordering_of(packages::kMostOptions + 1)));
  EXPECT_TRUE(good(matching_of(packages::kLeastPairs, packages::kLeastPairs)));
  EXPECT_FALSE(good(matching_of(packages::kLeastPairs - 1, packages::kLeastPairs)));
  EXPECT_TRUE(good(matching_of(packages::kMostPairs, packages::kMostPairs)));
  EXPECT_TRUE(good(matching_of(packages::kMostPairs - 1, packages::kMostPairs)));
  EXPECT_FALSE(good(matching_of(packages::kMostPairs, packages::kMostPairs + 1)));
  EXPECT_FALSE(good(matching_of(packages::kMostPairs, packages::kMostPairs - 1)))
      << "a left side without any";
}

TEST(PackageReader, a_package_kept_before_there_were_hashes_is_still_read) {
  auto text = pumps_text();
  const auto from = text.find("  \"media\"");
  text.erase(from, text.find("  \"items\"") - from);
  EXPECT_FALSE(read_package(text, "p.json"));
  EXPECT_TRUE(read_package(text, "p.json", Origin::kept));
}

TEST(PackageReader, a_package_kept_when_blanks_were_a_text_is_still_read) {
  const auto blank = with(pumps_text(), "\"E. Sample\"", "\" \"");
  EXPECT_FALSE(read_package(blank, "p.json"));
  EXPECT_TRUE(read_package(blank, "p.json", Origin::kept));
}

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
  for (size_t i = 0; i < packages::kMostItems; ++i) {
    items += i == 0 ? "" : ",";
    items += R"({"id":"q)" + std::to_string(i) +
             R"(","version":1,"topic":"start","type":"multiple_choice",)" +
             R"("critical":false,"weight":1,"stem":{"en":"?","de":"?"},"scoring":"partial","options":[)";
    for (size_t o = 0; o < packages::kMostOptions; ++o) {
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
