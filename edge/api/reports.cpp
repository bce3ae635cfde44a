#include "edge/api/reports.hpp"

#include <algorithm>

#include "edge/api/read_report.hpp"
#include "edge/capture/query.hpp"

namespace millrace::edge {
namespace {

/// Older results stay in the database; a kiosk shows the latest.
constexpr size_t kMostResultsShown = 50;

StoredAttempt must_be(std::optional<StoredAttempt> attempt) {
  if (!attempt) throw store::Failure(kUnreadableRow, "an outcome without its attempt");
  return std::move(*attempt);
}

PackagePtr package_of(Api& api, store::Connection& db, const Sha256& sha256) {
  auto package = pinned_package(db, *api.content.current().packages, sha256);
  if (!package) throw store::Failure(kUnreadableRow, package.error().message);
  return std::move(*package);
}

ResultReport result_of(store::Connection& db, const StoredAttempt& attempt, const Package& package) {
  auto outcome = AttemptStore::find_outcome(db, attempt.facts.attempt_id);
  if (!outcome) throw store::Failure(kUnreadableRow, "a handed-in attempt without its outcome");
  ResultReport report{std::move(*outcome), attempt.facts.pass_mark_bp, {}, {}};
  for (const auto& id : report.outcome.topics_missed) {
    if (const auto* topic = package.topic(id)) report.topics_missed.push_back(topic->title);
  }
  report.steps = sync_steps(db, report.outcome.event_id, report.outcome.saved_at, true);
  return report;
}

std::optional<StoredAttempt> find_own(Api& api, store::Connection& db, const std::string& operator_id,
                                      const Uuid& attempt_id) {
  auto attempt = api.attempts.find(db, attempt_id);
  if (attempt && attempt->facts.operator_id != operator_id) return {};
  return attempt;
}

std::unexpected<Refusal> no_such_attempt() {
  return refuse(Reason::not_found, "There is no such attempt of yours at this box.");
}

/// An assignment that was taken out of the file while its attempt was open.
Assignment withdrawn(const AttemptFacts& facts, const Package& package) {
  Assignment out;
  out.assignment_id = facts.assignment_id;
  out.version = facts.assignment_version;
  out.operator_id = facts.operator_id;
  out.test_id = facts.test_id;
  out.test_version = facts.test_version;
  out.skill = package.skill;
  out.pass_mark_bp = facts.pass_mark_bp;
  out.time_limit_s = facts.time_limit_s;
  out.witness_required = facts.witness_required;
  return out;
}

/// Whether its version was taken here with other content: then nobody else can begin it.
bool was_changed(store::Connection& db, const Package& package) {
  const auto used = AttemptStore::package_in_use(db, package.test_id, package.version);
  return used && *used != package.sha256;
}

void add_assignments(Api& api, store::Connection& db, const std::string& operator_id, WorkReport& work) {
  const auto& content = api.content.current();
  const auto now = api.clock.wall();
  auto open = api.attempts.open_attempts(db, operator_id);
  for (const auto* assignment : content.assignments->of_operator(operator_id)) {
    AssignmentReport report;
    report.assignment = *assignment;
    report.history = AttemptStore::history(db, operator_id, assignment->assignment_id);
    report.state = state_of(*assignment, report.history, now);
    report.package = content.packages->find(assignment->test_id, assignment->test_version);
    const auto begun = std::ranges::find(open, assignment->assignment_id, [](const StoredAttempt& attempt) {
      return attempt.facts.assignment_id;
    });
    if (begun != open.end()) {
      report.open_attempt = begun->facts.attempt_id;
      report.package = package_of(api, db, begun->facts.package_sha256);
      open.erase(begun);
    }
    const bool to_begin = !report.open_attempt &&
                          (report.state == AssignmentState::open || report.state == AssignmentState::not_yet);
    if (report.package && !(to_begin && was_changed(db, *report.package))) {
      work.assignments.push_back(std::move(report));
    } else if (to_begin) {
      ++work.missing_tests;
    }
  }
  for (const auto& attempt : open) {
    AssignmentReport report;
    report.package = package_of(api, db, attempt.facts.package_sha256);
    report.assignment = withdrawn(attempt.facts, *report.package);
    report.history = AttemptStore::history(db, operator_id, attempt.facts.assignment_id);
    report.state = AssignmentState::in_progress;
    report.open_attempt = attempt.facts.attempt_id;
    work.assignments.push_back(std::move(report));
  }
}

}  // namespace

Outcome<AttemptReport> report_attempt(Api& api, const std::string& operator_id, const Uuid& attempt_id) {
  return read_report<AttemptReport>(api, [&](store::Connection& db) -> Outcome<AttemptReport> {
    auto attempt = find_own(api, db, operator_id, attempt_id);
    if (!attempt) return no_such_attempt();
    AttemptReport report{std::move(*attempt), {}, {}, {}, {}};
    // It is stored a little later than it is told.
    if (auto shown = api.sessions.shown(attempt_id); !shown.empty())
      report.attempt.shown_item = std::move(shown);
    report.package = package_of(api, db, report.attempt.facts.package_sha256);
    report.form = make_form(*report.package, report.attempt.facts.form_seed);
    report.answers = AttemptStore::answers(db, attempt_id);
    if (report.attempt.attempt.state().submitted) {
      report.result = result_of(db, report.attempt, *report.package);
    }
    return report;
  });
}

Outcome<ResultReport> report_result(Api& api, const std::string& operator_id, const Uuid& attempt_id) {
  return read_report<ResultReport>(api, [&](store::Connection& db) -> Outcome<ResultReport> {
    const auto attempt = find_own(api, db, operator_id, attempt_id);
    if (!attempt || !attempt->attempt.state().submitted) return no_such_attempt();
    return result_of(db, *attempt, *package_of(api, db, attempt->facts.package_sha256));
  });
}

Outcome<std::vector<SyncStep>> report_sync(Api& api, const std::string& operator_id, const Uuid& attempt_id) {
  return read_report<std::vector<SyncStep>>(
      api, [&](store::Connection& db) -> Outcome<std::vector<SyncStep>> {
        const auto attempt = find_own(api, db, operator_id, attempt_id);
        if (!attempt) return no_such_attempt();
        const auto outcome = AttemptStore::find_outcome(db, attempt_id);
        if (!outcome) return refuse(Reason::not_found, "This test is not handed in yet.");
        return sync_steps(db, outcome->event_id, outcome->saved_at, true);
      });
}

Outcome<WorkReport> report_work(Api& api, const std::string& operator_id) {
  return read_report<WorkReport>(api, [&](store::Connection& db) -> Outcome<WorkReport> {
    WorkReport work;
    work.as_of = api.content.current().assignments->as_of();
    add_assignments(api, db, operator_id, work);
    for (const auto& id : AttemptStore::submitted_attempts(db, operator_id, kMostResultsShown)) {
      auto attempt = must_be(api.attempts.find(db, id));
      auto package = package_of(api, db, attempt.facts.package_sha256);
      auto result = result_of(db, attempt, *package);
      work.results.push_back({std::move(attempt.facts), std::move(package), std::move(result)});
    }
    work.requests = reports_of(api, db, RequestStore::of_operator(db, operator_id, kMostRequestsShown));
    return work;
  });
}

}  // namespace millrace::edge
