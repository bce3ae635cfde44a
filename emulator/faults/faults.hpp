// Faults on request: what a client must bear, at a moment that a test chooses.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/clock.hpp"

namespace millrace::bus {

inline constexpr size_t kFaultsMost = 1000;

enum class FaultKind : uint8_t {
  reject,       ///< refuse it with a condition
  lose_answer,  ///< do it, then cut the connection before the answer
  delay,        ///< answer later
  detach,       ///< detach the link instead
  close,        ///< close the connection instead
  no_credit,    ///< of an attach or a send: the sender gets no credit for a while
};
/// What a fault waits for.
enum class Operation : uint8_t { attach, send, receive, settle, manage };

struct Fault {
  FaultKind kind = FaultKind::reject;
  Operation operation = Operation::send;
  std::string entity;          ///< its path; empty: any
  uint32_t skip = 0;           ///< so many pass unharmed first
  uint32_t times = 1;          ///< 0: until it is removed or its time is over
  Millis after{};              ///< begins so long after it was asked for
  std::optional<Millis> span;  ///< ends so long after it began
  Millis delay{};              ///< of delay and no_credit
  std::string condition;       ///< an AMQP error condition, of reject, detach and close
  std::string description;
  uint64_t id = 0;    ///< given by `add`
  uint64_t hits = 0;  ///< how often it struck
};

/// The faults that were asked for. Owned by the composition root; loop thread.
class Faults {
 public:
  explicit Faults(const Clock& clock) : clock_(clock) {}

  /// Returns its number, or nothing when there are kFaultsMost.
  std::optional<uint64_t> add(Fault fault);
  bool remove(uint64_t id);
  void clear() { pending_.clear(); }
  /// Whether one may strike, now or later.
  bool waits_for(Operation operation, std::string_view entity) const;
  /// The oldest fault that fits strikes.
  std::optional<Fault> strike(Operation operation, std::string_view entity);
  std::vector<Fault> all() const;

 private:
  struct Pending {
    Fault fault;
    MonoTime asked;
    uint32_t passed = 0;
  };
  const Clock& clock_;
  std::vector<Pending> pending_;
  uint64_t last_id_ = 0;
};

/// The machine's clocks, with a wall clock that can be put wrong. Reading is thread-safe; it is shifted on
/// the loop.
class ShiftedClock final : public Clock {
 public:
  WallTime wall() const override { return clock_.wall() + Millis{shift_ms_.load()}; }
  MonoTime mono() const override { return clock_.mono(); }
  ClockState state() const override { return clock_.state(); }
  void shift(Millis by) {
    shift_ms_ += by.count();
    if (on_shift) on_shift();
  }
  Millis shifted() const { return Millis{shift_ms_.load()}; }

  std::function<void()> on_shift;  ///< whoever waits for a time of day looks again

 private:
  SystemClock clock_;
  std::atomic<int64_t> shift_ms_ = 0;
};

}  // namespace millrace::bus
