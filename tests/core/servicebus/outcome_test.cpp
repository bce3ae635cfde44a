#include "core/servicebus/outcome.hpp"

namespace millrace::servicebus {
namespace {

using Kind = Outcome::Kind;

class Conditions : public testing::TestWithParam<std::pair<const char*, Kind>> {};
TEST_P(Conditions, are_acted_on_by_their_class) {
  const auto [name, kind] = GetParam();
  const auto outcome = classify(amqp::Condition{.name = name, .description = "words"});
  EXPECT_EQ(to_string(outcome.kind), to_string(kind));
  EXPECT_EQ(outcome.reason, std::string(name) + ": words");
}
INSTANTIATE_TEST_SUITE_P(Table, Conditions,
                         testing::Values(std::pair{"com.microsoft:server-busy", Kind::entity_trouble},
                                         std::pair{"amqp:unauthorized-access", Kind::entity_trouble},
                                         std::pair{"amqp:not-found", Kind::entity_trouble},
                                         std::pair{"com.microsoft:entity-disabled", Kind::entity_trouble},
                                         std::pair{"amqp:resource-limit-exceeded", Kind::entity_trouble},
                                         std::pair{"amqp:link:detach-forced", Kind::entity_trouble},
                                         std::pair{"amqp:connection:forced", Kind::entity_trouble},
                                         std::pair{"com.microsoft:timeout", Kind::transient_message},
                                         std::pair{"amqp:internal-error", Kind::transient_message},
                                         std::pair{"com.example:never-heard-of", Kind::transient_message},
                                         std::pair{"amqp:link:message-size-exceeded",
                                                   Kind::permanent_message},
                                         std::pair{"com.microsoft:argument-error", Kind::permanent_message},
                                         std::pair{"amqp:decode-error", Kind::permanent_message}));

TEST(Classify, a_busy_service_is_left_alone_for_a_while) {
  EXPECT_EQ(classify(amqp::Condition{.name = "com.microsoft:server-busy"}).retry_after, kBusyWait);
}

TEST(Classify, only_accepted_counts_as_accepted) {
  EXPECT_EQ(classify(amqp::Outcome::accepted()).kind, Kind::accepted);
  EXPECT_EQ(classify(amqp::Outcome{}).kind, Kind::in_doubt);
  EXPECT_EQ(classify(amqp::Outcome{.kind = amqp::Outcome::Kind::released}).kind, Kind::transient_message);
  EXPECT_EQ(classify(amqp::Outcome{.kind = amqp::Outcome::Kind::modified}).kind, Kind::transient_message);
}

}  // namespace
}  // namespace millrace::servicebus
