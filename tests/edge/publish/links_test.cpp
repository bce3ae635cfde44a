#include "edge/publish/links.hpp"

#include <gtest/gtest.h>

namespace millrace::edge {
namespace {

const RelayState kUp{.online = true, .instance = "a", .sink_connected = true};
const RelayState kPaused{.online = true, .instance = "a", .sink_connected = false};
const RelayState kOffline{};

TEST(Links, one_relay_that_reaches_service_bus_is_enough) {
  ManualClock clock;
  Links links(clock.wall());
  links.broker(true, clock.wall());
  links.relay("one", kPaused, clock.wall());
  EXPECT_EQ(links.centre().state, LinkState::down);
  links.relay("two", kUp, clock.wall());
  EXPECT_EQ(links.centre().state, LinkState::up);
  links.relay("two", kOffline, clock.wall());
  EXPECT_EQ(links.centre().state, LinkState::down);
}

TEST(Links, since_is_when_the_state_changed_and_not_when_it_was_said_again) {
  ManualClock clock;
  Links links(clock.wall());
  links.broker(true, clock.wall());
  EXPECT_TRUE(links.relay("one", kUp, clock.wall()));
  const auto since = clock.wall();
  clock.advance(Millis{1'000});
  EXPECT_FALSE(links.relay("one", kUp, clock.wall()));
  EXPECT_EQ(links.centre().since, since);
}

TEST(Links, each_relay_has_a_time_of_its_own_which_a_lost_broker_ends) {
  ManualClock clock;
  Links links(clock.wall());
  links.broker(true, clock.wall());
  links.relay("one", kUp, clock.wall());
  const auto first = clock.wall();
  clock.advance(Millis{1'000});
  links.relay("two", kUp, clock.wall());
  const auto second = clock.wall();
  clock.advance(Millis{1'000});
  links.relay("one", kUp, clock.wall());
  links.relay("two", kPaused, clock.wall());
  EXPECT_EQ(links.relays().at("one").since, first) << "said again";
  EXPECT_EQ(links.relays().at("two").state, LinkState::down);
  EXPECT_EQ(links.relays().at("two").since, second + Millis{1'000});
  EXPECT_EQ(links.centre().since, first) << "one is still through";

  links.broker(false, clock.wall());
  EXPECT_TRUE(links.relays().empty());
  links.broker(true, clock.wall());
  clock.advance(Millis{1'000});
  links.relay("one", kUp, clock.wall());
  EXPECT_EQ(links.relays().at("one").since, clock.wall());
}

TEST(Links, the_number_of_relays_is_bounded) {
  ManualClock clock;
  Links links(clock.wall());
  links.broker(true, clock.wall());
  for (size_t i = 0; i < kMostRelays; ++i) links.relay("relay-" + std::to_string(i), kPaused, clock.wall());
  links.relay("one too many", kUp, clock.wall());
  EXPECT_EQ(links.centre().state, LinkState::down);
}

}  // namespace
}  // namespace millrace::edge
