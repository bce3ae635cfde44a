// Scores at their bounds, without binary floating point.
#include "edge/testing/scoring.hpp"

#include <gtest/gtest.h>

#include "tests/edge/support/fixture_files.hpp"

namespace millrace::edge {
namespace {

Decimal decimal(std::string_view text) {
  return Decimal::parse(text).value();
}

TEST(Decimals, are_compared_exactly_at_the_edge_of_the_tolerance) {
  // In binary floating point 6.2 - 6.0 is more than 0.2, and 0.3 - 0.1 is less.
  EXPECT_TRUE(decimal("6.2").within(decimal("0.2"), decimal("6.0")));
  EXPECT_TRUE(decimal("5.8").within(decimal("0.2"), decimal("6")));
  EXPECT_FALSE(decimal("6.200000001").within(decimal("0.2"), decimal("6.0")));
  EXPECT_TRUE(decimal("0.3").within(decimal("0.2"), decimal("0.1")));
  EXPECT_FALSE(decimal("-6").within(decimal("0.2"), decimal("6")));
  EXPECT_TRUE(decimal("-999999999.999999999").within(decimal("0"), decimal("-999999999.999999999")));
  EXPECT_FALSE(decimal("999999999.999999999").within(decimal("0"), decimal("-999999999.999999999")));
}

TEST(Decimals, have_one_value_for_each_way_of_writing_them) {
  EXPECT_EQ(decimal("6"), decimal("006.000"));
  EXPECT_EQ(decimal("-0"), decimal("0.0"));
  EXPECT_EQ(decimal("0.1"), decimal("0.100000000"));
}

TEST(Decimals, are_written_in_the_shortest_way_that_reads_as_the_same) {
  for (const auto& [given, shortest] :
       {std::pair("006.500", "6.5"), std::pair("-0.25", "-0.25"), std::pair("-0", "0"),
        std::pair("999999999.999999999", "999999999.999999999")}) {
    EXPECT_EQ(decimal(given).text(), shortest);
    EXPECT_EQ(decimal(decimal(given).text()), decimal(given));
  }
  EXPECT_EQ(Decimal::of_billionths(2'500'000'000).value(), decimal("2.5"));
  EXPECT_TRUE(Decimal::of_billionths(999'999'999'999'999'999));
  EXPECT_FALSE(Decimal::of_billionths(1'000'000'000'000'000'000));
}

TEST(Decimals, refuse_what_is_no_plain_number) {
  for (const auto* text : {"", "-", ".5", "5.", "+5", "5,5", "1e3", " 5", "5 ", "--5", "0x1", "1234567890",
                           "0.1234567890", "1.2.3", "٣", "inf", "nan"}) {
    EXPECT_FALSE(Decimal::parse(text)) << text;
  }
}

TEST(ItemScore, of_a_single_choice_is_all_or_nothing) {
  const auto package = test::pumps();
  const auto& item = *package->item("valve");
  EXPECT_EQ(score_item(item, Choice{"a"}), kFullScoreBp);
  EXPECT_EQ(score_item(item, Choice{"b"}), 0);
  EXPECT_EQ(score_item(item, {}), 0);
}

TEST(ItemScore, in_parts_counts_wrong_choices_against_right_ones) {
  const auto package = test::pumps();
  const auto& item = *package->item("signs");  // a and c are right
  EXPECT_EQ(score_item(item, Choices{{"a", "c"}}), 10'000);
  EXPECT_EQ(score_item(item, Choices{{"a"}}), 5'000);
  EXPECT_EQ(score_item(item, Choices{{"a", "b", "c"}}), 5'000);
  EXPECT_EQ(score_item(item, Choices{{"a", "b"}}), 0);
  EXPECT_EQ(score_item(item, Choices{{"b", "d"}}), 0);
  EXPECT_EQ(score_item(item, Choices{{"a", "b", "c", "d"}}), 0) << "ticking everything earns nothing";
}

TEST(ItemScore, of_several_choices_can_be_all_or_nothing) {
  const auto package = test::pumps();
  auto item = *package->item("signs");
  item.scoring = Scoring::all_or_nothing;
  EXPECT_EQ(score_item(item, Choices{{"a", "c"}}), 10'000);
  EXPECT_EQ(score_item(item, Choices{{"a"}}), 0);
  EXPECT_EQ(score_item(item, Choices{{"a", "b", "c"}}), 0);
}

TEST(ItemScore, of_a_number_includes_the_tolerance) {
  const auto package = test::pumps();
  const auto& item = *package->item("pressure");  // 6.0, 0.2 off at most
  EXPECT_EQ(score_item(item, Number{"6"}), 10'000);
  EXPECT_EQ(score_item(item, Number{"6.2"}), 10'000);
  EXPECT_EQ(score_item(item, Number{"5.80"}), 10'000);
  EXPECT_EQ(score_item(item, Number{"6.21"}), 0);
  EXPECT_EQ(score_item(item, Number{"5.79"}), 0);
}

TEST(ItemScore, of_an_order_in_parts_counts_the_right_places) {
  const auto package = test::line();
  auto item = *package->item("start-up");  // g, p, s
  EXPECT_EQ(score_item(item, Order{{"g", "p", "s"}}), 10'000);
  EXPECT_EQ(score_item(item, Order{{"g", "s", "p"}}), 3'333);
  EXPECT_EQ(score_item(item, Order{{"p", "s", "g"}}), 0);
  EXPECT_EQ(score_item(item, {}), 0);
  item.scoring = Scoring::all_or_nothing;
  EXPECT_EQ(score_item(item, Order{{"g", "p", "s"}}), 10'000);
  EXPECT_EQ(score_item(item, Order{{"g", "s", "p"}}), 0);
}

TEST(ItemScore, of_pairs_in_parts_counts_the_right_ones) {
  const auto package = test::line();
  auto item = *package->item("parts");  // l1-r2, l2-r1
  EXPECT_EQ(score_item(item, Pairs{{{"l1", "r2"}, {"l2", "r1"}}}), 10'000);
  EXPECT_EQ(score_item(item, Pairs{{{"l1", "r2"}, {"l2", "r3"}}}), 5'000);
  EXPECT_EQ(score_item(item, Pairs{{{"l2", "r1"}}}), 5'000);
  EXPECT_EQ(score_item(item, Pairs{{{"l1", "r1"}, {"l2", "r2"}}}), 0);
  item.scoring = Scoring::all_or_nothing;
  EXPECT_EQ(score_item(item, Pairs{{{"l2", "r1"}}}), 0);
  EXPECT_EQ(score_item(item, Pairs{{{"l1", "r2"}, {"l2", "r1"}}}), 10'000);
}

TEST(ItemScore, of_a_region_is_all_or_nothing) {
  const auto package = test::line();
  const auto& item = *package->item("stop");
  EXPECT_EQ(score_item(item, Spot{"red"}), 10'000);
  EXPECT_EQ(score_item(item, Spot{"black"}), 0);
}

class AttemptScore : public ::testing::Test {
 protected:
  Score score_of(const Responses& responses, int mark) const {
    return score(*package_, form_, responses, mark);
  }
  PackagePtr package_ = test::pumps();
  Form form_ = make_form(*package_, 7);
  Responses all_right_{{"valve", Choice{"a"}},
                       {"signs", Choices{{"a", "c"}}},
                       {"dry", Truth{false}},
                       {"pressure", Number{"6.0"}}};
};

TEST_F(AttemptScore, is_full_when_all_is_right) {
  const auto result = score_of(all_right_, 10'000);
  EXPECT_EQ(result.score_bp, 10'000);
  EXPECT_TRUE(result.passed);
  EXPECT_EQ(result.correct, 4U);
  EXPECT_TRUE(result.topics_missed.empty());
}

TEST_F(AttemptScore, reaches_the_mark_and_is_never_rounded_to_it) {
  auto responses = all_right_;
  responses["dry"] = Truth{true};  // 3 of 4: 7500
  EXPECT_TRUE(score_of(responses, 7'500).passed);
  EXPECT_FALSE(score_of(responses, 7'501).passed);

  Package weighted = *package_;
  weighted.items[1].weight = 1;
  weighted.items.resize(3);  // thirds: 6666.67
  const auto form = make_form(weighted, 1);
  Responses two{{"valve", Choice{"a"}}, {"signs", Choices{{"a", "c"}}}};
  EXPECT_EQ(score(weighted, form, two, 6'667).score_bp, 6'666);
  EXPECT_FALSE(score(weighted, form, two, 6'667).passed);
  EXPECT_TRUE(score(weighted, form, two, 6'666).passed);
}

TEST_F(AttemptScore, weighs_the_items) {
  Package weighted = *package_;
  weighted.items[0].weight = 3;
  const auto form = make_form(weighted, 1);
  EXPECT_EQ(score(weighted, form, {{"valve", Choice{"a"}}}, 0).score_bp, 5'000);
}

TEST_F(AttemptScore, fails_on_a_critical_item_whatever_the_mark) {
  auto responses = all_right_;
  responses["valve"] = Choice{"b"};
  const auto result = score_of(responses, 0);
  EXPECT_EQ(result.score_bp, 7'500);
  EXPECT_TRUE(result.critical_item_failed);
  EXPECT_FALSE(result.passed);
}

TEST_F(AttemptScore, names_the_topics_missed_in_the_order_of_the_package) {
  const auto result = score_of({}, 5'000);
  EXPECT_EQ(result.score_bp, 0);
  EXPECT_EQ(result.correct, 0U);
  EXPECT_EQ(result.topics_missed, (std::vector<std::string>{"start", "stop"}));
}

}  // namespace
}  // namespace millrace::edge
