#include "edge/api/request_reports.hpp"

#include "edge/api/read_report.hpp"

namespace millrace::edge {
namespace {

std::string name_of(const Roster& roster, const std::string& person_id) {
  const auto* person = roster.by_id(person_id);
  return person != nullptr ? person->name : person_id;
}

DecisionReport report_of(store::Connection& db, const StoredDecision& decision) {
  return {decision, sync_steps(db, decision.event_id, decision.saved_at, false)};
}

}  // namespace

std::vector<RequestReport> reports_of(Api& api, store::Connection& db, std::vector<StoredRequest> requests) {
  std::vector<RequestReport> out;
  for (auto& request : requests) {
    RequestReport report;
    if (request.batch_id) report.on_behalf_by = name_of(*api.content.current().roster, request.made_by);
    report.operator_name = name_of(*api.content.current().roster, request.operator_id);
    report.steps = sync_steps(db, request.event_id, request.saved_at, false);
    report.request = std::move(request);
    out.push_back(std::move(report));
  }
  return out;
}

Outcome<std::vector<RequestReport>> report_requests(Api& api, std::vector<StoredRequest> requests) {
  return read_report<std::vector<RequestReport>>(
      api, [&](store::Connection& db) -> Outcome<std::vector<RequestReport>> {
        return reports_of(api, db, std::move(requests));
      });
}

Outcome<DecisionReport> report_decision(Api& api, const StoredDecision& decision) {
  return read_report<DecisionReport>(
      api, [&](store::Connection& db) -> Outcome<DecisionReport> { return report_of(db, decision); });
}

Outcome<DecisionsReport> report_decisions(Api& api, const std::string& leader_id) {
  return read_report<DecisionsReport>(api, [&](store::Connection& db) -> Outcome<DecisionsReport> {
    const auto& content = api.content.current();
    DecisionsReport out;
    out.requests = reports_of(api, db, RequestStore::on_behalf_by(db, leader_id, kMostRequestsShown));
    if (!content.workflows) return out;
    out.as_of = content.workflows->as_of();
    for (const auto& step : content.workflows->steps()) {
      StepReport report{step, name_of(*content.roster, step.operator_id), {}, {}};
      if (const auto decision =
              RequestStore::find_decision(db, step.workflow_id, step.step_id, step.workflow_version)) {
        report.decided = report_of(db, *decision);
        report.decided_by = name_of(*content.roster, decision->leader_id);
      }
      out.steps.push_back(std::move(report));
    }
    return out;
  });
}

Outcome<std::vector<SyncStep>> report_event_sync(Api& api, const std::string& person_id,
                                                 const Uuid& event_id) {
  return read_report<std::vector<SyncStep>>(
      api, [&](store::Connection& db) -> Outcome<std::vector<SyncStep>> {
        const auto own = RequestStore::own_event(db, person_id, event_id);
        if (!own) return refuse(Reason::not_found, "There is no such record of yours at this box.");
        return sync_steps(db, event_id, own->saved_at, own->is_test);
      });
}

std::optional<std::vector<StoredRequest>> requests_made_before(Api& api, const Submission& submission) {
  auto made = store::read(api.reader, [&](store::Connection& db) {
    return find_equal(db, submission) ? RequestStore::of_submission(db, submission.key)
                                      : std::vector<StoredRequest>{};
  });
  if (!made || made->empty()) return {};
  return std::move(*made);
}

std::optional<StoredDecision> decision_made_before(Api& api, const Submission& submission) {
  const auto made = store::read(api.reader, [&](store::Connection& db) -> std::optional<StoredDecision> {
    if (!find_equal(db, submission)) return {};
    return RequestStore::find_decision(db, submission.key);
  });
  return made ? *made : std::nullopt;
}

}  // namespace millrace::edge
