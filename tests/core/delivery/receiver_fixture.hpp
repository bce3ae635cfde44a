// A receiver with a box's stream and a clock turned by hand.
#pragma once

#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "core/delivery/receiver.hpp"
#include "tests/support/chain.hpp"

namespace millrace::delivery {

/// A receiver whose reports are committed and published at once, with a clock turned by hand.
class ReceiverFixture : public ::testing::Test {
 protected:
  Receiver fresh() { return {limits, chain.stream_id(), clock.mono()}; }

  Receiver::Arrival arrive(uint64_t sequence, uint64_t base = 1) {
    auto arrival = receiver.arrive(chain.record(sequence, base), clock.mono());
    for (const auto& record : arrival.deliver) delivered.push_back(record->sequence());
    return arrival;
  }
  void settle(uint64_t sequence, std::optional<Parking> parking = {}) {
    receiver.settle(sequence, std::move(parking), clock.mono());
  }
  std::optional<Receiver::Report> report() {
    auto report = receiver.report(clock.mono());
    if (report) receiver.reported(*report, true, clock.mono());
    return report;
  }
  void restart_from(const StreamCursor& cursor) { receiver = Receiver(limits, cursor, clock.mono()); }

  ManualClock clock;
  testing::Chain chain;
  ReceiverLimits limits;
  Receiver receiver = fresh();
  std::vector<uint64_t> delivered;
};

}  // namespace millrace::delivery
