// A sender with a clock turned by hand, and a log of made-up hashes.
#pragma once

#include <algorithm>
#include <vector>

#include <gtest/gtest.h>

#include "core/delivery/sender.hpp"

namespace millrace::delivery {

inline constexpr uint64_t kNoJitter = 0;  // the shortest wait of each step: half of it
inline constexpr size_t kSize = 1'000;

inline Hash hash_of(uint64_t sequence) {
  Hash hash{};
  hash[0] = static_cast<uint8_t>(sequence);
  hash[1] = static_cast<uint8_t>(sequence >> 8);
  hash[31] = sequence == 0 ? 0 : 1;
  return hash;
}

inline Uuid id_of(uint64_t sequence) {
  Uuid id;
  id.bytes[15] = static_cast<uint8_t>(sequence);
  return id;
}

class SenderTest : public testing::Test {
 protected:
  void restart(uint64_t last, uint64_t settled = 0) {
    sender.restart({.stream_id = stream, .last_sequence = last, .settled_through = settled}, clock.mono());
  }
  /// Publishes all that the sender wants to, records of kSize bytes.
  std::vector<uint64_t> publish() {
    std::vector<uint64_t> sent;
    while (const auto range = sender.next()) {
      const auto fit = std::min(range->most_records, range->most_bytes / kSize);
      if (fit == 0) break;
      for (size_t i = 0; i < fit; ++i) {
        sent.push_back(range->from + i);
        sender.sent(range->from + i, kSize, clock.mono());
      }
      for (size_t i = 0; i < fit && acknowledge; ++i) sender.acknowledged();
    }
    return sent;
  }
  static std::vector<uint64_t> range(uint64_t from, uint64_t to) {
    std::vector<uint64_t> all;
    for (; from <= to; ++from) all.push_back(from);
    return all;
  }
  Receipt receipt(uint64_t through) const {
    Receipt made;
    made.stream_id = stream;
    made.settled_through = through;
    made.settled_hash = hash_of(through);
    made.base_seen = 1;
    return made;
  }
  /// The receipt against a log whose hashes are hash_of.
  Sender::Verdict take(const Receipt& given) {
    const auto own = given.settled_through < sender.next_sequence()
                         ? std::optional(hash_of(given.settled_through))
                         : std::nullopt;
    return sender.receipt(given, own, clock.mono());
  }
  void settle(uint64_t through) {
    const auto verdict = take(receipt(through));
    ASSERT_TRUE(std::holds_alternative<Sender::Settle>(verdict)) << through;
    sender.settled({through, 0, {}}, clock.mono());
  }

  ManualClock clock;
  Uuid stream = id_of(99);
  SenderLimits limits{.window_records = 8,
                      .window_bytes = 1'000'000,
                      .most_unacknowledged = 1'000,
                      .resend_first = Millis{5'000},
                      .resend_most = Millis{60'000}};
  Sender sender{limits, [] { return kNoJitter; }};
  bool acknowledge = true;
};

}  // namespace millrace::delivery
