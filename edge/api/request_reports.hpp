// What the API tells about requests and decisions, gathered from the database.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "edge/api/api.hpp"
#include "edge/api/sync_steps.hpp"
#include "edge/capture/request_store.hpp"

namespace millrace::edge {

/// Of each list, the latest.
inline constexpr size_t kMostRequestsShown = 50;

struct RequestReport {
  StoredRequest request;
  std::optional<std::string> on_behalf_by;  ///< the leader's name
  std::string operator_name;                ///< or their id
  std::vector<SyncStep> steps;
};
struct DecisionReport {
  StoredDecision decision;
  std::vector<SyncStep> steps;
};
/// A step of the centre's list, and what was decided about it at this box.
struct StepReport {
  WorkflowStep step;
  std::string operator_name;  ///< or their id, where the roster does not have them
  std::optional<DecisionReport> decided;
  std::string decided_by;  ///< the leader's name, or their id; empty where nobody has decided
};
struct DecisionsReport {
  std::optional<WallTime> as_of;  ///< nothing: the box was given no list
  std::vector<StepReport> steps;
  std::vector<RequestReport> requests;  ///< that the leader made for others
};

/// Throws store::Failure.
std::vector<RequestReport> reports_of(Api& api, store::Connection& db, std::vector<StoredRequest> requests);
Outcome<std::vector<RequestReport>> report_requests(Api& api, std::vector<StoredRequest> requests);
Outcome<DecisionReport> report_decision(Api& api, const StoredDecision& decision);
Outcome<DecisionsReport> report_decisions(Api& api, const std::string& leader_id);
/// Refused: not_found, also when it is another person's.
Outcome<std::vector<SyncStep>> report_event_sync(Api& api, const std::string& person_id,
                                                 const Uuid& event_id);

/// What was made under this key before, if this is the same: a retry of a lost answer must find the first
/// result, even when the PIN was changed in between.
std::optional<std::vector<StoredRequest>> requests_made_before(Api& api, const Submission& submission);
std::optional<StoredDecision> decision_made_before(Api& api, const Submission& submission);

}  // namespace millrace::edge
