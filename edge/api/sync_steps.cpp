#include "edge/api/sync_steps.hpp"

#include "core/delivery/outbox_reader.hpp"

namespace millrace::edge {

std::vector<SyncStep> sync_steps(store::Connection& db, const Uuid& event_id, WallTime saved_at,
                                 bool is_test) {
  // It was committed together with its record: where there is none, that was pruned or lost, and nobody knows
  // any more whether it had been sent or given up.
  SyncStep sent{"sent", "unknown", {}, {}};
  if (const auto record = delivery::find_record(db, event_id)) {
    if (record->state == delivery::RecordState::pending) {
      sent.state = "waiting";
    } else if (record->state == delivery::RecordState::settled) {
      sent.state = "done";
      sent.at = record->receipted;
    } else {
      sent.state = "attention";
      sent.at = record->receipted;
      sent.code = record->reason.empty() ? std::string(to_string(record->state)) : record->reason;
    }
  }
  std::vector<SyncStep> steps{
      {"saved", "done", saved_at, {}}, std::move(sent), {"received", "unknown", {}, {}}};
  if (is_test) steps.push_back({"certified", "unknown", {}, {}});
  return steps;
}

}  // namespace millrace::edge
