// The event that a handed-in attempt becomes: millrace.events.v1.TestCompleted.
#pragma once

#include <string>
#include <vector>

#include "core/delivery/event.hpp"
#include "edge/capture/attempt_store.hpp"
#include "edge/capture/place.hpp"
#include "edge/testing/form.hpp"
#include "edge/testing/scoring.hpp"

namespace millrace::edge {

/// An event tells this many interruptions; the last of them reaches to the end of all further ones.
inline constexpr int kMostInterruptions = 100;

struct Completion {
  const StoredAttempt& attempt;
  const Form& form;
  const Answers& answers;
  const Score& score;
  const std::vector<Interruption>& interruptions;
  EndReason end_reason = EndReason::submitted;
  Uuid event_id;             ///< the submission key
  bool by_badge = true;      ///< whether the operator signed with badge and PIN, or with the PIN alone
  std::string witness_id{};  ///< empty where nobody stood by
  /// Whether the plant still wants to know how long questions were shown: some may have been stored before.
  bool tells_times = false;
  Moment at;
  ClockState clock_state = ClockState::untrusted;
  std::string boot_id;
};

/// Everything that the log does not fill itself. Names stay off the wire: the operator is a pseudonymous id.
/// The operator's signature covers the message without the signature: since its field comes after all others
/// that are set, record_sha256 is the hash of the first bytes of the data, up to that field. A witness signs
/// what the operator signed and the operator's signature, in the same way.
delivery::Event make_completion(const Place& place, const Completion& completion);

}  // namespace millrace::edge
