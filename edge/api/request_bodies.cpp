#include "edge/api/request_bodies.hpp"

#include <algorithm>

#include "core/packages/package_reader.hpp"
#include "edge/api/read_body.hpp"
#include "edge/capture/request_desk.hpp"
#include "edge/requests/request_json.hpp"
#include "edge/requests/workflows.hpp"
#include "edge/testing/packages.hpp"

namespace millrace::edge {
namespace {

constexpr size_t kDayBytes = 10;
constexpr size_t kMostWordBytes = 32;

/// A language is optional where there is nothing to read.
std::string read_language(const json::Value& value, bool needed) {
  auto language = value.text(kMostLanguageBytes, needed ? 1 : 0);
  if (!language.empty() && !is_id(language)) value.complain("is not a language such as \"en\" or \"pt-BR\"");
  return language;
}

std::optional<WallTime> read_day(const json::Value& value) {
  if (!value.present()) return {};
  const auto text = value.text(kDayBytes, kDayBytes);
  if (text.empty()) return {};
  const auto day = parse_rfc3339(text + "T00:00:00Z");
  if (!day) {
    value.complain("must be a day such as 2026-01-31");
    return {};
  }
  return *day;
}

Priority read_priority(const json::Value& value) {
  const auto name = value.text(kMostWordBytes);
  const auto known = priority(name);
  if (!name.empty() && !known) value.complain("must be \"low\", \"normal\", \"high\" or \"urgent\"");
  return known.value_or(Priority::normal);
}

Decision read_decision(const json::Value& value) {
  const auto name = value.text(kMostWordBytes);
  const auto known = decision(name);
  if (!name.empty() && !known) value.complain("must be \"approve\" or \"reject\"");
  return known.value_or(Decision::reject);
}

Asked read_asked(const json::Value& root) {
  Asked asked;
  asked.kind = read_kind(root.at("kind"));
  asked.skill = read_id(root.at("skill"));
  asked.reason_code = read_id(root.at("reason_code"));
  asked.comment = read_free_text(root.at("comment"));
  asked.comment_language = read_language(root.at("comment_language"), !asked.comment.empty());
  asked.needed_by = read_day(root.nullable("needed_by"));
  asked.priority = read_priority(root.at("priority"));
  return asked;
}

}  // namespace

Outcome<AskRequest> read_ask(const std::string& body) {
  return read_body<AskRequest>(body, [](const json::Value& root) {
    return AskRequest{read_key(root.at("submission_key")), read_asked(root), read_pin(root.at("pin"))};
  });
}

Outcome<OnBehalfRequest> read_on_behalf(const std::string& body) {
  return read_body<OnBehalfRequest>(body, [](const json::Value& root) {
    OnBehalfRequest request;
    request.key = read_key(root.at("submission_key"));
    request.asked = read_asked(root);
    for (const auto& value : root.at("operator_ids").elements(1, kMostOperatorsInBatch)) {
      auto id = read_id(value);
      if (std::ranges::find(request.operator_ids, id) != request.operator_ids.end()) {
        value.complain("is listed twice");
      }
      request.operator_ids.push_back(std::move(id));
    }
    request.acknowledged = root.at("operator_acknowledged").flag();
    request.pin = read_pin(root.at("pin"));
    return request;
  });
}

Outcome<DecideRequest> read_decide(const std::string& body) {
  return read_body<DecideRequest>(body, [](const json::Value& root) {
    DecideRequest request;
    request.key = read_key(root.at("submission_key"));
    request.workflow_id = read_uuid(root.at("workflow_id"));
    request.step_id = read_id(root.at("step_id"));
    request.workflow_version =
        static_cast<uint64_t>(root.at("workflow_version").integer(1, kMostWorkflowVersion));
    request.decision = read_decision(root.at("decision"));
    // Whoever asked has to learn why not.
    request.reason = read_free_text(root.at("reason"), request.decision == Decision::reject ? 1 : 0);
    request.pin = read_pin(root.at("pin"));
    return request;
  });
}

}  // namespace millrace::edge
