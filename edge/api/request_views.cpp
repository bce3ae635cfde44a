#include "edge/api/request_views.hpp"

#include <boost/json/serialize.hpp>

#include "edge/api/json_parts.hpp"

namespace millrace::edge {
namespace {

using boost::json::array;
using boost::json::object;
using boost::json::value;
// Those of json_parts.hpp, beside those below.
using edge::to_array;
using edge::to_object;

value text_or_null(const std::optional<std::string>& text) {
  if (!text) return nullptr;
  return value(*text);
}

array to_array(const std::vector<Skill>& skills) {
  array out;
  for (const auto& skill : skills) out.push_back(object{{"id", skill.id}, {"title", to_object(skill.title)}});
  return out;
}

array to_array(const std::vector<RequestReason>& reasons) {
  array out;
  for (const auto& reason : reasons) {
    array kinds;
    for (const auto kind : reason.kinds) kinds.emplace_back(to_string(kind));
    out.push_back(
        object{{"code", reason.code}, {"title", to_object(reason.title)}, {"kinds", std::move(kinds)}});
  }
  return out;
}

object to_object(const RequestReport& report) {
  const auto& request = report.request;
  return {{"request_id", request.request_id.string()},
          {"event_id", request.event_id.string()},
          {"kind", to_string(request.kind)},
          {"skill", request.skill},
          {"reason_code", request.reason_code},
          {"created_at", rfc3339(request.saved_at)},
          {"on_behalf_by", text_or_null(report.on_behalf_by)},
          {"steps", to_array(report.steps)}};
}

object to_object(const StepReport& report) {
  const auto& step = report.step;
  object out{{"workflow_id", step.workflow_id.string()},
             {"workflow_version", step.workflow_version},
             {"request_id", step.request_id.string()},
             {"step_id", step.step_id},
             {"kind", to_string(step.kind)},
             {"skill", step.skill},
             {"operator_id", step.operator_id},
             {"operator_name", report.operator_name},
             {"reason_code", step.reason_code},
             {"comment", step.comment},
             {"requested_at", rfc3339(step.requested_at)},
             {"due_at", time_or_null(step.due_at)},
             {"state", "open"},
             {"decision", nullptr},
             {"decided_at", nullptr},
             {"decided_by", nullptr},
             {"steps", array{}}};
  if (report.decided) {
    out["state"] = "sent";
    out["decision"] = to_string(report.decided->decision.decision);
    out["decided_at"] = rfc3339(report.decided->decision.saved_at);
    out["decided_by"] = object{{"id", report.decided->decision.leader_id}, {"name", report.decided_by}};
    out["steps"] = to_array(report.decided->steps);
  }
  return out;
}

}  // namespace

std::string choices_json(const RequestCatalogue& catalogue, const std::vector<const Operator*>& people) {
  return serialize(object{{"catalogue_as_of", time_or_null(catalogue.as_of())},
                          {"skills", to_array(catalogue.skills())},
                          {"reasons", to_array(catalogue.reasons())},
                          {"people", to_array(people)}});
}

std::string request_json(const RequestReport& report) {
  return serialize(object{{"request_id", report.request.request_id.string()},
                          {"event_id", report.request.event_id.string()},
                          {"saved_at", rfc3339(report.request.saved_at)},
                          {"steps", to_array(report.steps)}});
}

std::string batch_json(const std::vector<RequestReport>& requests) {
  array made;
  for (const auto& report : requests) {
    made.push_back(object{{"request_id", report.request.request_id.string()},
                          {"operator_id", report.request.operator_id},
                          {"event_id", report.request.event_id.string()},
                          {"steps", to_array(report.steps)}});
  }
  const auto& first = requests.front().request;
  return serialize(object{{"batch_id", first.batch_id.value_or(first.request_id).string()},
                          {"saved_at", rfc3339(first.saved_at)},
                          {"requests", std::move(made)}});
}

std::string decision_json(const DecisionReport& report) {
  return serialize(object{{"event_id", report.decision.event_id.string()},
                          {"saved_at", rfc3339(report.decision.saved_at)},
                          {"steps", to_array(report.steps)}});
}

std::string decisions_json(const DecisionsReport& decisions) {
  array steps;
  for (const auto& step : decisions.steps) steps.push_back(to_object(step));
  array requests;
  for (const auto& report : decisions.requests) {
    auto request = to_object(report);
    request["operator_name"] = report.operator_name;
    requests.push_back(std::move(request));
  }
  return serialize(object{{"as_of", time_or_null(decisions.as_of)},
                          {"steps", std::move(steps)},
                          {"requests", std::move(requests)}});
}

array to_array(const std::vector<RequestReport>& requests) {
  array out;
  for (const auto& report : requests) out.push_back(to_object(report));
  return out;
}

}  // namespace millrace::edge
