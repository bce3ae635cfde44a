// One attempt at a test: who may write, how much time is left, when it is over.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/base/clock.hpp"
#include "core/base/uuid.hpp"
#include "edge/testing/refusal.hpp"

namespace millrace::edge {

/// An answer that was tapped before the time was up may still be on its way.
inline constexpr Millis kAnswerGrace{5'000};

/// The same instant on both clocks: one to write down, one to measure with.
struct Moment {
  WallTime wall;
  MonoTime mono;
};
inline Moment moment(const Clock& clock) {
  return {clock.wall(), clock.mono()};
}

/// Why nobody worked on the attempt for a while. The numbers are those of Interruption.Kind in the contract.
enum class Pause { idle_lock = 1, signed_out = 2, power_or_crash = 3, moved_kiosk = 4 };

struct Interruption {
  Pause kind = Pause::power_or_crash;
  WallTime from;
  WallTime to;
  std::string resumed_on;  ///< kiosk
  bool operator==(const Interruption&) const = default;
};

enum class EndReason { submitted = 1, time_up = 2 };

/// An attempt at which somebody sits, and the question before them: empty where their screen did not say.
struct Attended {
  Uuid attempt_id;
  std::string shown_item{};
  bool operator==(const Attended&) const = default;
};

/// The state machine `assigned → in_progress → submitted`; assigned is an attempt that is not begun. Pure:
/// time comes in, and what is decided is read back by the store. Owned by whoever loaded it, for one
/// transaction.
///
/// The lease is a fencing token: every taking up of the attempt, on whichever screen, gets the next number,
/// and only its holder may write. So one screen at a time, without any screen having to give up its turn.
///
/// The timer is the box's and runs on the monotonic clock while an operator sits at the attempt: from taking
/// up until signing out, locking or submitting, or until the screen was last heard of, where it died. What
/// was used is stored with every answer and every few seconds, so after a power cut or a crash it goes on
/// from there: the box may give a few seconds away, it never takes any, and no change of the wall clock
/// matters. When the time is up no answer is given any more, but one that was given before is taken, and the
/// attempt waits for its signature: nothing is submitted without a person.
class Attempt {
 public:
  struct State {
    bool submitted = false;
    uint64_t lease = 0;
    std::string language;
    std::string kiosk;
    Millis active{0};                       ///< time used, as last counted
    std::optional<MonoTime> running_since;  ///< when it was last counted; nothing while the timer stands
    WallTime last_seen;                     ///< when it was last counted
    std::optional<Pause> paused;            ///< why the timer stands
  };

  /// The first screen takes it up.
  static Attempt begin(std::optional<uint32_t> time_limit_s, std::string kiosk, std::string language,
                       const Moment& now);
  Attempt(std::optional<uint32_t> time_limit_s, State state)
      : time_limit_s_(time_limit_s), state_(std::move(state)) {}

  /// A screen takes it up, again or for the first time since a pause: a new lease. Refused: attempt_closed.
  Outcome<> take_up(const std::string& kiosk, const std::string& language, const Moment& now);
  /// The screen that holds the lease is there again, after a pause or without one. Refused: attempt_closed
  /// (submitted), stale_lease.
  Outcome<> come_back(uint64_t lease, const std::string& kiosk, const Moment& now);
  /// An answer comes in, for which the timer has run that long since it was given. Refused: attempt_closed
  /// (submitted, or the time was up when it was given), stale_lease.
  Outcome<> save(uint64_t lease, const std::string& kiosk, const Moment& now, Millis ran_since = {});
  /// The screen shows it in this language from now on.
  void show_in(std::string language) { state_.language = std::move(language); }
  /// The operator hands in. Refused: attempt_closed, stale_lease.
  Outcome<EndReason> submit(uint64_t lease, const std::string& kiosk, const Moment& now);
  /// Refused: attempt_closed (submitted), stale_lease.
  Outcome<> may_write(uint64_t lease) const;
  /// Nobody sits at it any more since then, which may be before it was last counted.
  void pause(Pause why, const Moment& since);
  /// Brings `active` up to date, so that it can be stored.
  void count(const Moment& now);

  const State& state() const { return state_; }
  /// Interruptions that ended since it was loaded.
  const std::vector<Interruption>& ended() const { return ended_; }
  /// Nothing when the test has no limit. Never below zero.
  std::optional<Millis> remaining(MonoTime now) const;

 private:
  Millis used(MonoTime now) const;
  void go_on(const std::string& kiosk, const Moment& now);

  std::optional<uint32_t> time_limit_s_;
  State state_;
  std::vector<Interruption> ended_;
};

}  // namespace millrace::edge
