// What the API tells about attempts, gathered from the database.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "edge/api/api.hpp"
#include "edge/api/request_reports.hpp"

namespace millrace::edge {

struct ResultReport {
  StoredOutcome outcome;
  uint32_t pass_mark_bp = 0;
  std::vector<Texts> topics_missed;
  std::vector<SyncStep> steps;
};

struct AttemptReport {
  StoredAttempt attempt;
  PackagePtr package;
  Form form;
  Answers answers;
  std::optional<ResultReport> result;  ///< once it is handed in
};

struct AssignmentReport {
  Assignment assignment;
  AssignmentState state = AssignmentState::open;
  History history;
  PackagePtr package;
  std::optional<Uuid> open_attempt;
};

struct PastResult {
  AttemptFacts facts;
  PackagePtr package;
  ResultReport result;
};

struct WorkReport {
  WallTime as_of;
  std::vector<AssignmentReport> assignments;
  size_t missing_tests = 0;  ///< that could be taken, were they at the box
  std::vector<PastResult> results;
  std::vector<RequestReport> requests;  ///< for this operator, whoever asked
};

/// Refused: not_found, also when it is another operator's.
Outcome<AttemptReport> report_attempt(Api& api, const std::string& operator_id, const Uuid& attempt_id);
Outcome<ResultReport> report_result(Api& api, const std::string& operator_id, const Uuid& attempt_id);
Outcome<std::vector<SyncStep>> report_sync(Api& api, const std::string& operator_id, const Uuid& attempt_id);
Outcome<WorkReport> report_work(Api& api, const std::string& operator_id);

}  // namespace millrace::edge
