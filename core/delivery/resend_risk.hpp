// What may have been sent before, told from the record alone.
#pragma once

#include <chrono>

#include "core/base/clock.hpp"
#include "core/delivery/event.hpp"

namespace millrace::delivery {

/// Whether an earlier send of the record may lie further back than the entity's duplicate detection reaches.
/// Rests on the record alone: what a relay remembers is no evidence (rule 7). No send can be older than the
/// submission, whose id says when it was made, nor than the record where a box made both; so a young record
/// of a young submission with a trusted clock is safe. A tenth of the window is kept as margin for clocks
/// that differ and for the time on the way. Without duplicate detection, a window of zero, any record may.
bool possible_duplicate(const Event& event, std::chrono::seconds window, WallTime now);

/// Clocks of box and relay may differ by this much when they are asked which of two moments came first.
inline constexpr std::chrono::minutes kClockMargin{5};
/// Whether somebody may have sent the record before this relay started.
bool maybe_sent_before(const Event& event, WallTime relay_started);

}  // namespace millrace::delivery
