// Which items, in which order: the same for the same seed, for ever.
#include "edge/testing/form.hpp"

#include <gtest/gtest.h>
#include <map>
#include <set>

#include "tests/edge/support/fixture_files.hpp"

namespace millrace::edge {
namespace {

std::string order_of(const Form& form) {
  std::string order;
  for (const auto& shown : form) {
    order += shown.item->id;
    for (const auto* option : shown.options) order += "." + option->id;
    for (const auto* option : shown.right) order += ">" + option->id;
    order += " ";
  }
  return order;
}

TEST(Form, is_the_same_for_the_same_seed) {
  const auto package = test::pumps();
  EXPECT_EQ(order_of(make_form(*package, 12345)), order_of(make_form(*package, 12345)));
}

TEST(Form, of_a_known_seed_is_known) {
  // Records of past attempts are rebuilt by this rule: these lines never change.
  const auto package = test::pumps();
  EXPECT_EQ(order_of(make_form(*package, 0)), "dry signs.c.b.a.d valve.b.a pressure ");
  EXPECT_EQ(order_of(make_form(*package, 1)), "dry valve.a.b pressure signs.a.d.c.b ");
  EXPECT_EQ(order_of(make_form(*package, 0xffff'ffff'ffff'ffffU)), "dry signs.a.d.b.c pressure valve.b.a ");
}

TEST(Form, shows_every_item_once_in_every_order_alike) {
  const auto package = test::pumps();
  std::map<std::string, int> first;
  constexpr int kForms = 4000;
  constexpr int kItems = 4;
  for (uint64_t seed = 0; seed < kForms; ++seed) {
    const auto form = make_form(*package, seed);
    std::set<std::string> ids;
    for (const auto& shown : form) ids.insert(shown.item->id);
    ASSERT_EQ(ids.size(), 4U);
    ++first[form[0].item->id];
  }
  for (const auto& [id, count] : first) EXPECT_NEAR(count * kItems, kForms, 600) << id;
}

TEST(Form, keeps_the_order_of_the_package_where_nothing_is_shuffled) {
  auto package = *test::pumps();
  package.shuffle_items = false;
  package.shuffle_options = false;
  EXPECT_EQ(order_of(make_form(package, 99)), "valve.a.b signs.a.b.c.d dry pressure ");
}

TEST(Form, draws_as_many_as_the_package_says) {
  auto package = *test::pumps();
  package.draw = 2;
  std::set<std::string> seen;
  for (uint64_t seed = 0; seed < 50; ++seed) {
    const auto form = make_form(package, seed);
    ASSERT_EQ(form.size(), 2U);
    EXPECT_NE(form[0].item, form[1].item);
    for (const auto& shown : form) seen.insert(shown.item->id);
  }
  EXPECT_EQ(seen.size(), 4U) << "every item is drawn sometimes";
  package.shuffle_items = false;
  for (uint64_t seed = 0; seed < 50; ++seed) {
    const auto form = make_form(package, seed);
    EXPECT_LT(form[0].item, form[1].item) << "drawn, but in the order of the package";
  }
}

TEST(Form, with_sections_draws_from_each_in_the_order_of_the_package) {
  auto package = *test::line();
  std::set<std::string> seen;
  for (uint64_t seed = 0; seed < 100; ++seed) {
    const auto form = make_form(package, seed);
    ASSERT_EQ(form.size(), 3U);
    EXPECT_EQ(form[0].item->section, "hands");
    EXPECT_EQ(form[1].item->section, "hands");
    EXPECT_LT(form[0].item, form[1].item);
    EXPECT_EQ(form[2].item->id, "stop");
    for (const auto& shown : form) seen.insert(shown.item->id);
  }
  EXPECT_EQ(seen.size(), 4U) << "every item is drawn sometimes";
}

TEST(Form, of_every_item_type_of_a_known_seed_is_known) {
  // As above: these lines never change.
  const auto package = test::line();
  EXPECT_EQ(order_of(make_form(*package, 0)), "start-up.s.p.g again.a.b stop ");
  EXPECT_EQ(order_of(make_form(*package, 1)), "start-up.s.g.p parts>r2>r3>r1 stop ");
}

TEST(Form, never_shows_an_ordering_of_more_than_two_in_its_right_order_and_always_shuffles_what_must_be) {
  auto package = *test::line();
  package.sections[0].draw = 3;
  std::set<std::string> orders;
  std::set<std::string> rights;
  int of_two = 0;
  for (uint64_t seed = 0; seed < 200; ++seed) {
    const auto form = make_form(package, seed);
    const auto shown = order_of(form);
    EXPECT_EQ(shown.find("start-up.g.p.s"), std::string::npos) << seed;
    of_two += shown.find("again.a.b") != std::string::npos ? 1 : 0;
    orders.insert(order_of({form[0]}));
    rights.insert(order_of({form[1]}));
  }
  EXPECT_NEAR(of_two, 100, 40) << "were two never right, one would know";
  EXPECT_EQ(orders.size(), 5U) << "every order of three but the right one";
  EXPECT_EQ(rights.size(), 6U) << "every order of the right side";
}

}  // namespace
}  // namespace millrace::edge
