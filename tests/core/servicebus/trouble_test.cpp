#include "core/servicebus/trouble.hpp"

#include <set>

#include "core/amqp/connection.hpp"

namespace millrace::servicebus {
namespace {

using testing::HasSubstr;

struct Case {
  const char* name;
  const char* description;
  TroubleKind kind;
};
class Troubles : public testing::TestWithParam<Case> {};
TEST_P(Troubles, have_their_class) {
  const auto& [name, description, kind] = GetParam();
  EXPECT_EQ(to_string(kind_of({.name = name, .description = description})), to_string(kind));
}
INSTANTIATE_TEST_SUITE_P(
    Table, Troubles,
    testing::Values(
        Case{"amqp:link:detach-forced",
             "The link 'G1:1:events' is force detached by the broker because of errors occurred in "
             "publisher(link3)."
             " Detach origin: AmqpMessagePublisher.IdleTimerExpired: Idle timeout: 00:10:00.",
             TroubleKind::link_idle},
        Case{"amqp:link:detach-forced", "The entity was updated.", TroubleKind::link_detached},
        Case{"amqp:connection:forced",
             "The connection was inactive for more than the allowed 300000 milliseconds and is closed by "
             "container "
             "'LinkTracker'.",
             TroubleKind::connection_idle},
        Case{"amqp:connection:forced", "The service is upgraded.", TroubleKind::connection_closed},
        Case{amqp::kSessionEnded, "", TroubleKind::connection_closed},
        Case{"amqp:session:errant-link", "", TroubleKind::connection_closed},
        Case{"", "", TroubleKind::connection_lost},
        Case{"amqp:resource-limit-exceeded", "local-idle-timeout expired", TroubleKind::connection_lost},
        Case{"com.microsoft:server-busy", "Error code : 50009.", TroubleKind::server_busy},
        Case{"amqp:unauthorized-access", "ExpiredToken: The token is expired.", TroubleKind::token_expired},
        Case{"amqp:unauthorized-access", "The token is not yet valid.", TroubleKind::token_expired},
        Case{"com.microsoft:auth-failed", "InvalidSignature", TroubleKind::token_refused},
        Case{"amqp:unauthorized-access", "'Send' claim(s) are required", TroubleKind::token_refused},
        Case{"amqp:link:transfer-limit-exceeded", "", TroubleKind::no_credit},
        Case{"amqp:not-found", "The messaging entity 'x' could not be found.", TroubleKind::entity_missing},
        Case{"com.microsoft:entity-disabled", "", TroubleKind::entity_disabled},
        Case{"amqp:resource-limit-exceeded", "The maximum entity size has been reached",
             TroubleKind::entity_full},
        Case{"com.microsoft:session-lock-lost", "", TroubleKind::lock_lost},
        Case{"com.microsoft:message-lock-lost", "", TroubleKind::lock_lost},
        Case{"com.example:never-heard-of", "", TroubleKind::other}));

TEST(TroubleTable, every_class_has_a_name_of_its_own_and_says_what_to_do) {
  std::set<std::string_view> names;
  for (const auto kind : kTroubleKinds) {
    names.insert(to_string(kind));
    EXPECT_FALSE(what_to_do(kind).empty());
  }
  EXPECT_EQ(names.size(), kTroubleKinds.size());
}

TEST(BusyWait, is_what_the_service_asks_within_bounds) {
  const auto asked = [](const std::string& seconds) {
    return busy_wait(
        "The request was terminated because the entity is being throttled. Error code : 50009. Please "
        "wait " +
        seconds + " seconds and try again.");
  };
  EXPECT_EQ(asked("2"), Millis{2'000});
  EXPECT_EQ(asked("3"), Millis{3'000});
  EXPECT_EQ(asked("60"), Millis{60'000});
  EXPECT_EQ(asked("0"), kBusyWaitLeast);
  EXPECT_EQ(asked("1"), kBusyWaitLeast);
  EXPECT_EQ(asked("299"), Millis{299'000});
  EXPECT_EQ(asked("300"), kBusyWaitMost);
  EXPECT_EQ(asked("301"), kBusyWaitMost);
  EXPECT_EQ(asked("99999999999999999999"), kBusyWaitMost);
}

TEST(BusyWait, is_the_usual_one_where_no_time_is_named) {
  for (const auto* said : {"", "busy", "Please wait", "Please wait ", "Please wait a moment",
                           "wait -5 seconds", "wait 5", "wait 5 minutes", "Please wait  seconds"})
    EXPECT_EQ(busy_wait(said), kBusyWait) << said;
  EXPECT_EQ(busy_wait("You must wait for it: wait 7 seconds"), Millis{7'000});
}

TEST(AboutClock, is_silent_where_the_words_are_of_something_else) {
  const ManualClock clock;
  for (const auto* said :
       {"InvalidSignature", "'Send' claim(s) are required", "IdleTimerExpired: 00:10:00", ""})
    EXPECT_EQ(about_clock(said, clock.wall() + std::chrono::hours{1}, clock.wall()), "") << said;
}

TEST(BlamesClock, where_the_reason_is_of_time_and_says_what_the_clock_says) {
  const std::string clock = " This machine's clock says 2026-01-05T06:00:00.000Z.";
  EXPECT_TRUE(blames_clock("Client assertion is not within its valid time range." + clock));
  EXPECT_TRUE(blames_clock("The token is not yet valid." + clock));
  EXPECT_TRUE(blames_clock("token: the token expired at 05:00, and this machine's clock says 06:00."));
  EXPECT_FALSE(blames_clock("The provided client secret keys for app 'relay' are expired."));
  EXPECT_FALSE(blames_clock("Invalid client secret provided." + clock));
}

TEST(AboutClock, names_how_far_the_clock_is_off_where_that_can_be_known) {
  const ManualClock clock;
  const auto now = clock.wall();
  const auto expired = "ExpiredToken: The token is expired.";
  EXPECT_THAT(about_clock(expired, now + std::chrono::minutes{50}, now),
              testing::AllOf(HasSubstr("06:00:00.000Z, it is good until 2026-01-05T06:50:00.000Z"),
                             HasSubstr("3000 s or more behind")));
  EXPECT_THAT(about_clock(expired, now - std::chrono::minutes{1}, now),
              HasSubstr("it ended at 2026-01-05T05:59:00.000Z, too"));
  EXPECT_THAT(about_clock("The token is not yet valid.", now + std::chrono::hours{1}, now),
              HasSubstr("ahead of the service's"));
}

}  // namespace
}  // namespace millrace::servicebus
