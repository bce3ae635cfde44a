#include "edge/requests/workflows.hpp"

#include <algorithm>

#include "edge/requests/request_json.hpp"

namespace millrace::edge {
namespace {

constexpr size_t kMostSteps = 2'000;  // a leader looks through them

WorkflowStep read_step(const json::Value& value) {
  WorkflowStep step;
  step.workflow_id = read_uuid(value.at("workflow_id"));
  step.workflow_version =
      static_cast<uint64_t>(value.at("workflow_version").integer(1, kMostWorkflowVersion));
  step.request_id = read_uuid(value.at("request_id"));
  step.step_id = read_id(value.at("step_id"));
  step.kind = read_kind(value.at("kind"));
  step.skill = read_id(value.at("skill"));
  step.operator_id = read_id(value.at("operator_id"));
  step.reason_code = read_id(value.at("reason_code"));
  step.comment = read_free_text(value.at("comment"));
  step.requested_at = read_time(value.at("requested_at"));
  if (const auto due = value.nullable("due_at"); due.present()) step.due_at = read_time(due);
  return step;
}

}  // namespace

Result<Workflows> Workflows::read(const std::filesystem::path& file) {
  const auto document = read_requests_file(file, "millrace-workflows/1");
  if (!document) return std::unexpected(document.error());
  const auto& root = document->root();
  Workflows out;
  out.as_of_ = read_time(root.at("as_of"));
  for (const auto& value : root.at("steps").elements(0, kMostSteps)) {
    auto step = read_step(value);
    if (out.find(step.workflow_id, step.step_id) != nullptr) {
      value.at("step_id").complain("is a step of this workflow above; a step stands there once");
    }
    out.steps_.push_back(std::move(step));
  }
  if (auto good = document->finish(); !good) return std::unexpected(good.error());
  return out;
}

const WorkflowStep* Workflows::find(const Uuid& workflow_id, std::string_view step_id) const {
  const auto at = std::ranges::find_if(steps_, [&](const WorkflowStep& step) {
    return step.workflow_id == workflow_id && step.step_id == step_id;
  });
  return at == steps_.end() ? nullptr : &*at;
}

}  // namespace millrace::edge
