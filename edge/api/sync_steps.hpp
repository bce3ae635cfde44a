// How far a record is on its way, as its row and its receipts tell.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/base/clock.hpp"
#include "core/base/uuid.hpp"
#include "core/store/database.hpp"

namespace millrace::edge {

/// One step of a record's way. `received` and `certified` come from the centre: until that is connected they
/// are unknown here, never inferred. So is `sent`, where the box keeps no record any more.
struct SyncStep {
  std::string name;
  std::string state;  ///< done, waiting, attention, unknown
  std::optional<WallTime> at;
  std::string code;  ///< why it needs attention
  bool operator==(const SyncStep&) const = default;
};

/// saved, sent, received and, for a test, certified: nobody certifies a request. Throws store::Failure.
std::vector<SyncStep> sync_steps(store::Connection& db, const Uuid& event_id, WallTime saved_at,
                                 bool is_test);

}  // namespace millrace::edge
