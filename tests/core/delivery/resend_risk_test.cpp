#include "core/delivery/resend_risk.hpp"

#include <gtest/gtest.h>

#include "tests/support/chain.hpp"

namespace millrace::delivery {
namespace {

class ResendRisk : public ::testing::Test {
 protected:
  ResendRisk() { event = testing::Chain().append(); }
  void set(std::string_view name, std::string value) {
    event.attributes[std::string(name)] = std::move(value);
  }

  Event event;
  WallTime recorded = parse_rfc3339("2026-01-05T06:00:00.000Z").value();
};

TEST_F(ResendRisk, rule_7_a_record_within_the_duplicate_window_is_not_marked) {
  const std::chrono::seconds window{600};
  EXPECT_FALSE(possible_duplicate(event, window, recorded));
  EXPECT_FALSE(possible_duplicate(event, window, recorded + std::chrono::seconds{540}));
}

TEST_F(ResendRisk, rule_7_a_record_older_than_the_window_less_its_margin_is_marked) {
  const std::chrono::seconds window{600};
  EXPECT_TRUE(possible_duplicate(event, window, recorded + std::chrono::seconds{541}));
  EXPECT_TRUE(possible_duplicate(event, window, recorded + std::chrono::hours{24}));
  EXPECT_TRUE(possible_duplicate(event, window, recorded - std::chrono::hours{1})) << "clocks disagree";
}

TEST_F(ResendRisk, rule_7_an_old_submission_that_a_restored_box_records_anew_is_marked) {
  const std::chrono::seconds window{600};
  constexpr std::array<uint8_t, 10> kRandom{};
  set(attr::id, Uuid::v7(recorded - std::chrono::seconds{541}, kRandom).string());
  EXPECT_TRUE(possible_duplicate(event, window, recorded));
  set(attr::id, Uuid::v7(recorded - std::chrono::seconds{540}, kRandom).string());
  EXPECT_FALSE(possible_duplicate(event, window, recorded));
  set(attr::id, Uuid::v7(recorded + std::chrono::hours{1}, kRandom).string());
  EXPECT_FALSE(possible_duplicate(event, window, recorded)) << "a kiosk's fast clock is no evidence";
}

TEST_F(ResendRisk, rule_7_a_record_with_an_untrusted_clock_is_marked) {
  const std::chrono::seconds window{600};
  set(attr::clockstate, "untrusted");
  EXPECT_TRUE(possible_duplicate(event, window, recorded));
  set(attr::clockstate, "holdover");
  EXPECT_FALSE(possible_duplicate(event, window, recorded));
  set(attr::recordedtime, "yesterday");
  EXPECT_TRUE(possible_duplicate(event, window, recorded));
}

TEST_F(ResendRisk, rule_5_what_was_recorded_before_this_relay_may_have_been_sent_before) {
  EXPECT_TRUE(maybe_sent_before(event, recorded + std::chrono::hours{1}));
  EXPECT_FALSE(maybe_sent_before(event, recorded - std::chrono::hours{1}));
}

}  // namespace
}  // namespace millrace::delivery
