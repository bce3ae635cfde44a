// When nothing was heard of whoever sits at an attempt, or what they answered could not be stored: it is
// judged by the clock of that time.
#pragma once

#include <cstddef>
#include <map>
#include <optional>

#include "core/base/clock.hpp"
#include "core/base/uuid.hpp"

namespace millrace::edge {

/// What was answered in a silence comes in right after it: for so much of the attempt's time it still counts
/// as that. Longer than a screen needs for all that waits, short enough that a silence is no store of time.
inline constexpr Millis kCatchUp{60'000};
/// As long as a session lasts without a word.
inline constexpr Millis kMostSilence{10 * 60'000};
/// More attempts than are in progress at any box; the silence that ended first gives way.
inline constexpr size_t kMostSilences = 4096;

/// The last silence of each attempt, as the box itself heard it. Where a screen says how long ago an answer
/// was given, nothing else bears it out. In memory, like the sessions: after a restart no timer has run in
/// the silence. On the loop; owned by Sessions.
class Silences {
 public:
  /// `most`: none lasts longer, however often it is broken.
  explicit Silences(Millis most = kMostSilence) : most_(most) {}

  /// The screen at the attempt is heard of at `to`, and was not since `from`.
  void ended(const Uuid& attempt_id, MonoTime from, MonoTime to);
  /// The attempt's clock stands since then …
  void stands(const Uuid& attempt_id, MonoTime since);
  /// … and runs again.
  void runs(const Uuid& attempt_id, MonoTime now);
  void forget(const Uuid& attempt_id) { silences_.erase(attempt_id); }

  /// How long the attempt's clock has run since an answer was given that is `age` old by its screen's word.
  /// Nothing, unless that was in the last silence; as old as its beginning at the most.
  Millis ran_since(const Uuid& attempt_id, Millis age, MonoTime now) const;

 private:
  struct Silence {
    MonoTime from;
    MonoTime to;
    Millis stood{0};        ///< how long the clock has stood since it began, as far as it has gone on
    Millis stood_after{0};  ///< as much of that as was after the silence
    std::optional<MonoTime> stands_since;
  };
  void make_room();
  Millis most_;
  std::map<Uuid, Silence> silences_;
};

}  // namespace millrace::edge
