#include "edge/api/sync_steps.hpp"

#include "core/delivery/outbox_reader.hpp"

namespace millrace::edge {

std::vector<SyncStep> sync_steps(store::Connection& db, const Uuid& event_id, WallTime saved_at,
                                 bool is_test) {
  SyncStep sent{"sent", "waiting", {}, {}};
  if (const auto record = delivery::find_record(db, event_id)) {
    if (record->state == delivery::RecordState::settled) {
      sent.state = "done";
      sent.at = record->receipted;
    } else if (record->state != delivery::RecordState::pending) {
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
