// Bugs planted on purpose, so that the simulator can show that its checkers catch them. Every other build has
// none: there `planted` is false for the compiler.
#pragma once

#include <cstdint>
#include <string_view>

namespace millrace::delivery {

enum class Planted : uint8_t {
  none,
  deletes_on_puback,      ///< the box takes the broker's acknowledgement for a receipt
  no_sync,                ///< a power cut takes the last commits back, as with synchronous=NORMAL
  answers_before_commit,  ///< "saved" is said before it is
  no_submission_key,      ///< a submission made again is another one
  io_error_ignored,       ///< a commit that failed counts as done
  receipt_before_cursor,  ///< the relay tells the box before it has committed
  two_in_flight,          ///< a lane sends its next record before the answer to the last
  retry_overtakes,        ///< a record that has to wait lets the one behind it go first
  parks_on_busy,          ///< trouble of the sink counts against the message
  doubt_is_success,       ///< a send without an answer counts as accepted
  sequence_reused,        ///< a restored disk goes on in its old stream
  timer_missing,          ///< nothing but new traffic sends again
  pubacks_trusted,        ///< what the broker acknowledged is not sent again
  starts_anywhere,        ///< a relay that forgot begins with whatever record comes
  duplicates_unmarked,    ///< beyond the duplicate window nothing is marked
};

#ifdef MILLRACE_SIMULATION
inline constexpr uint8_t kPlantedBugs = static_cast<uint8_t>(Planted::duplicates_unmarked);
std::string_view to_string(Planted bug);
/// The one bug of the schedule that runs on this thread.
inline thread_local Planted planted_bug = Planted::none;
inline bool planted(Planted bug) {
  return bug == planted_bug;
}
#else
constexpr bool planted(Planted /*bug*/) {
  return false;
}
#endif

}  // namespace millrace::delivery
