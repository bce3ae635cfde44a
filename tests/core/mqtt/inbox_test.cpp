#include "core/mqtt/inbox.hpp"

#include <gtest/gtest.h>

namespace millrace::mqtt {
namespace {

Arrived message(size_t bytes) {
  Arrived arrived;
  arrived.message.payload.resize(bytes);
  return arrived;
}

TEST(Inbox, messages_beyond_the_bound_are_dropped_and_counted) {
  Inbox inbox(3, 100, [] {});
  for (int i = 0; i < 5; ++i) inbox.push(message(1));
  EXPECT_EQ(inbox.dropped(), 2U);
  ASSERT_TRUE(inbox.pop());
  inbox.push(message(1));
  EXPECT_EQ(inbox.dropped(), 2U) << "what was handled makes room";
}

TEST(Inbox, bytes_are_bounded_too) {
  Inbox inbox(100, 10, [] {});
  inbox.push(message(6));
  inbox.push(message(6));
  EXPECT_EQ(inbox.dropped(), 1U);
  inbox.push(message(4));
  EXPECT_EQ(inbox.dropped(), 1U);
}

TEST(Inbox, events_are_never_dropped) {
  Inbox inbox(0, 0, [] {});
  inbox.push(LinkEvent{});
  EXPECT_TRUE(inbox.pop());
}

TEST(Inbox, it_wakes_once_until_it_was_found_empty) {
  int wakes = 0;
  Inbox inbox(10, 10, [&] { ++wakes; });
  inbox.push(LinkEvent{});
  inbox.push(LinkEvent{});
  EXPECT_EQ(wakes, 1);
  while (inbox.pop()) {
  }
  inbox.push(LinkEvent{});
  EXPECT_EQ(wakes, 2);
}

}  // namespace
}  // namespace millrace::mqtt
