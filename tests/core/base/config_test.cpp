#include "core/base/config.hpp"

namespace millrace {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

TEST(Config, every_problem_is_reported_at_once_with_its_line) {
  auto config = Config::parse("site = 5\n[http]\nport = 70000\nprot = 1\n", "edge.toml").value();
  config.text("site");
  config.integer("http.port", {}, 1, 65535);
  config.text("edge");
  EXPECT_THAT(config.problems(),
              ElementsAre(HasSubstr("edge.toml:1: site: must be a string"),
                          HasSubstr("edge.toml:3: http.port: must be a whole number from 1 to 65535"),
                          HasSubstr("edge: missing"), HasSubstr("edge.toml:4: http.prot: unknown key")));
}

TEST(Config, a_bound_is_allowed_and_one_beyond_is_not) {
  auto config = Config::parse("low = 1\nhigh = 10\nunder = 0\nover = 11\n", "f").value();
  EXPECT_EQ(config.integer("low", {}, 1, 10), 1);
  EXPECT_EQ(config.integer("high", {}, 1, 10), 10);
  EXPECT_THAT(config.problems(), testing::SizeIs(2));  // under and over are not read yet
  config.integer("under", {}, 1, 10);
  config.integer("over", {}, 1, 10);
  EXPECT_THAT(config.problems(), testing::SizeIs(2));
}

TEST(Config, tables_are_read_one_by_one_and_checked_for_unknown_keys) {
  auto config = Config::parse("[[broker]]\nhost='a'\n[[broker]]\nhost='b'\nhots='c'\n", "f").value();
  auto brokers = config.tables("broker");
  ASSERT_EQ(brokers.size(), 2U);
  EXPECT_EQ(brokers[0].text("host"), "a");
  EXPECT_EQ(brokers[1].text("host"), "b");
  EXPECT_THAT(config.problems(), ElementsAre(HasSubstr("f:5: broker.hots: unknown key")));
}

TEST(Config, paths_are_relative_to_the_file) {
  auto config = Config::parse("a = 'x/y'\nb = '/abs'\n", "/etc/millrace/edge.toml").value();
  EXPECT_EQ(config.path("a"), "/etc/millrace/x/y");
  EXPECT_EQ(config.path("b"), "/abs");
  EXPECT_EQ(config.path("c", false), "");
  EXPECT_THAT(config.problems(), IsEmpty());
}

TEST(Config, a_credential_that_the_service_manager_has_not_passed_on_is_in_its_store) {
  auto config = Config::parse("a = '/run/credentials/no-such.service/secret'\n", "f").value();
  EXPECT_EQ(config.path("a"), "/etc/credstore/secret");
}

TEST(Config, a_syntax_error_names_file_and_line) {
  const auto config = Config::parse("a = 1\nb = = 2\n", "edge.toml");
  ASSERT_FALSE(config);
  EXPECT_THAT(config.error().message, HasSubstr("edge.toml:2:"));
}

TEST(Config, a_missing_file_is_named) {
  const auto config = Config::load("/nonexistent/edge.toml");
  ASSERT_FALSE(config);
  EXPECT_EQ(config.error().kind, ErrorKind::not_found);
  EXPECT_THAT(config.error().message, HasSubstr("/nonexistent/edge.toml"));
}

}  // namespace
}  // namespace millrace
