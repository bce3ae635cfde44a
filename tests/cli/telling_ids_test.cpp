// A check warns of ids that surely tell an answer, and of no other.
#include "cli/packages/telling_ids.hpp"

#include <gtest/gtest.h>

namespace millrace::cli {
namespace {

using packages::Item;

std::vector<packages::Option> options(const std::vector<std::string>& ids) {
  std::vector<packages::Option> out;
  for (const auto& id : ids) out.push_back({id, {{"en", id}}});
  return out;
}

std::string told(const Item& item) {
  const auto telling = telling_ids(item);
  return telling ? telling->place : "";
}

std::string of_order(const std::vector<std::string>& right) {
  Item item;
  item.options = options(right);
  item.answer = packages::Order{right};
  return told(item);
}

TEST(TellingIds, of_an_ordering_stand_in_the_right_order) {
  EXPECT_EQ(of_order({"a", "b", "c"}), "options");
  EXPECT_EQ(of_order({"s1", "s2", "s9", "s10", "s11"}), "options") << "ten comes after nine";
  EXPECT_EQ(of_order({"b", "a", "c"}), "");
  EXPECT_EQ(of_order({"a", "b"}), "") << "of two, every other one by chance";
}

/// `pairs` in the order in which the left sides are shown.
std::string of_pairs(const std::vector<std::pair<std::string, std::string>>& pairs) {
  Item item;
  packages::Pairs answer;
  for (const auto& [left, right] : pairs) {
    item.left.push_back({left, {{"en", left}}});
    item.right.push_back({right, {{"en", right}}});
    answer.right_of[left] = right;
  }
  item.answer = std::move(answer);
  return told(item);
}

TEST(TellingIds, longer_than_any_package_has_are_compared_as_well) {
  EXPECT_TRUE(stand_in_order({"1", std::string(100, '2')}));
}

TEST(TellingIds, of_a_matching_are_the_same_on_both_sides) {
  EXPECT_EQ(of_pairs({{"red", "red"}, {"blue", "blue"}}), "right");
  EXPECT_EQ(of_pairs({{"red", "stop"}, {"blue", "blue"}}), "");
}

TEST(TellingIds, of_a_matching_ascend_on_both_sides) {
  EXPECT_EQ(of_pairs({{"l1", "r1"}, {"l2", "r2"}, {"l3", "r3"}}), "right");
  EXPECT_EQ(of_pairs({{"red", "a"}, {"blue", "b"}, {"green", "c"}}), "right") << "as they are shown";
  EXPECT_EQ(of_pairs({{"c", "r3"}, {"a", "r1"}, {"b", "r2"}}), "right") << "by their ids";
  EXPECT_EQ(of_pairs({{"l1", "r2"}, {"l2", "r1"}, {"l3", "r3"}}), "");
  EXPECT_EQ(of_pairs({{"l1", "r1"}, {"l2", "r2"}}), "") << "of two, every other one by chance";
}

std::string of_choice(const std::vector<std::string>& ids, const std::string& right) {
  Item item;
  item.options = options(ids);
  item.answer = packages::Choice{right};
  return told(item);
}

TEST(TellingIds, of_choices_say_which_are_right) {
  EXPECT_EQ(of_choice({"correct", "b", "c"}, "correct"), "options");
  EXPECT_EQ(of_choice({"o1-Right", "o2", "o3"}, "o1-Right"), "options");
  EXPECT_EQ(of_choice({"a", "wrong1", "wrong2"}, "a"), "options");
  EXPECT_EQ(of_choice({"falsch_1", "b"}, "b"), "options");
  EXPECT_EQ(of_choice({"a", "b", "c"}, "b"), "");
}

TEST(TellingIds, that_only_sound_like_it_are_no_reason_to_warn) {
  EXPECT_EQ(of_choice({"left", "right"}, "right"), "") << "sides";
  EXPECT_EQ(of_choice({"right", "b"}, "b"), "") << "it would mislead";
  EXPECT_EQ(of_choice({"bright", "dark"}, "bright"), "");
  EXPECT_EQ(of_choice({"true", "false"}, "true"), "") << "what they say";
  EXPECT_EQ(of_choice({"wrong-tool", "wrong-oil", "c"}, "wrong-oil"), "")
      << "right ones are called so as well";
}

TEST(TellingIds, of_several_choices_and_of_places_say_which_are_right) {
  Item many;
  many.options = options({"correct1", "b", "correct2"});
  many.answer = packages::Choices{{"correct1", "correct2"}};
  EXPECT_EQ(told(many), "options");
  Item place;
  place.regions = {{"right", {}, 0, 0, 1, 1}, {"other", {}, 5, 5, 1, 1}};
  place.answer = packages::Spot{"right"};
  EXPECT_EQ(told(place), "regions");
}

}  // namespace
}  // namespace millrace::cli
