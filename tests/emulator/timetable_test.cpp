// Which queues have something to do, without looking at all of them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/emulator/broker_fixture.hpp"

namespace millrace::bus {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;
using testing::ElementsAre;

class TimetableTest : public testing::Test {
 protected:
  void set(EntityId queue, Deadlines deadlines) {
    queues[queue] = deadlines;
    timetable.touch(queue);
  }
  void update() {
    timetable.update([this](EntityId queue) {
      asked.push_back(queue);
      return queues[queue];
    });
  }
  Moment now() const { return moment(clock); }

  ManualClock clock;
  Timetable timetable;
  std::map<EntityId, Deadlines> queues;
  std::vector<EntityId> asked;
};

TEST_F(TimetableTest, only_the_queues_that_changed_are_asked) {
  for (EntityId queue = 1; queue <= 1000; ++queue) set(queue, {clock.mono() + minutes{queue}, {}});
  update();
  EXPECT_EQ(asked.size(), 1000U);
  asked.clear();
  set(7, {});
  timetable.touch(9);
  timetable.touch(9);
  update();
  update();
  EXPECT_THAT(asked, ElementsAre(7, 9));
  EXPECT_EQ(timetable.next(now()), clock.mono() + minutes{1});
}

TEST_F(TimetableTest, a_queue_is_due_on_either_clock) {
  set(1, {clock.mono() + seconds{1}, clock.wall() + seconds{5}});
  set(2, {{}, clock.wall() + seconds{2}});
  set(3, {clock.mono() + seconds{3}, {}});
  update();
  EXPECT_THAT(timetable.due(now()), ElementsAre());
  EXPECT_EQ(timetable.next(now()), clock.mono() + seconds{1});
  clock.advance(seconds{2});
  EXPECT_THAT(timetable.due(now()), ElementsAre(1, 2));
  set(1, {{}, clock.wall() + seconds{3}});
  set(2, {});
  update();
  EXPECT_THAT(timetable.due(now()), ElementsAre());
  EXPECT_EQ(timetable.next(now()), clock.mono() + seconds{1});
  set(1, {});
  set(3, {});
  update();
  EXPECT_EQ(timetable.next(now()), std::nullopt);
}

class TimetableOfBrokerTest : public BrokerTest {};

TEST_F(TimetableOfBrokerTest, each_kind_of_deadline_is_known_until_it_is_over) {
  const auto next = [&]() -> std::optional<Millis> {
    const auto deadline = bus().next_deadline(now());
    if (!deadline) return {};
    return std::chrono::duration_cast<Millis>(*deadline - clock.mono());
  };
  EXPECT_EQ(next(), std::nullopt);
  auto scheduled = message("a");
  scheduled.scheduled = clock.wall() + minutes{9};
  ASSERT_TRUE(send("unique", std::move(scheduled)));
  EXPECT_EQ(next(), minutes{9});
  auto expires = message("b");
  expires.time_to_live = minutes{8};
  ASSERT_TRUE(send("plain", std::move(expires)));
  EXPECT_EQ(next(), minutes{8});
  const auto token = take("plain")->lock_token;
  EXPECT_EQ(next(), minutes{1});
  clock.advance(seconds{30});
  ASSERT_TRUE(queue("plain").renew(token, now()));
  EXPECT_EQ(next(), minutes{1});
  ASSERT_TRUE(complete("plain", token));
  EXPECT_EQ(next(), minutes{9} - seconds{30});
  ASSERT_TRUE(queue("sessions").lock_session("s1", 1, now()));
  EXPECT_EQ(next(), minutes{1});
  run([&](Change& change) {
    queue("sessions").release_session("s1", 1, change);
    return 0;
  });
  EXPECT_EQ(next(), minutes{9} - seconds{30});
  ASSERT_TRUE(run([&](Change& change) { return bus().remove("unique", change); }));
  EXPECT_EQ(next(), std::nullopt);
}

}  // namespace
}  // namespace millrace::bus
