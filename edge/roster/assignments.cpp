#include "edge/roster/assignments.hpp"

#include "core/base/files.hpp"
#include "core/json/strict_json.hpp"
#include "core/packages/package_limits.hpp"
#include "edge/testing/packages.hpp"

namespace millrace::edge {
namespace {

constexpr size_t kMostFileBytes = 64 * 1024 * 1024;
constexpr size_t kMostAssignments = 200'000;
constexpr size_t kMostAssignmentIdBytes = 64;
constexpr size_t kMostTimeBytes = 40;
constexpr int64_t kMostAttempts = 1000;

WallTime read_time(const json::Value& value) {
  const auto text = value.text(kMostTimeBytes);
  const auto time = parse_rfc3339(text);
  if (!text.empty() && !time) value.complain("must be a time such as 2026-01-31T06:00:00Z");
  return time ? *time : WallTime{};
}

std::optional<WallTime> read_optional_time(const json::Value& value) {
  if (!value.present()) return {};
  return read_time(value);
}

std::optional<uint32_t> read_optional(const json::Value& value, int64_t least, int64_t most) {
  if (!value.present()) return {};
  return static_cast<uint32_t>(value.integer(least, most));
}

Assignment read_assignment(const json::Value& value) {
  Assignment out;
  out.pointer = value.pointer();
  out.assignment_id = value.at("assignment_id").text(kMostAssignmentIdBytes);
  out.version = static_cast<uint32_t>(value.at("version").integer(1, kMostVersion));
  out.operator_id = value.at("operator_id").text(kMostTestIdBytes);
  out.test_id = value.at("test_id").text(kMostTestIdBytes);
  out.test_version = static_cast<uint32_t>(value.at("test_version").integer(1, kMostVersion));
  out.skill = value.at("skill").text(kMostTestIdBytes);
  out.max_attempts = read_optional(value.maybe("max_attempts"), 1, kMostAttempts);
  out.opens_at = read_optional_time(value.maybe("opens_at"));
  out.due_at = read_optional_time(value.maybe("due_at"));
  out.expires_at = read_optional_time(value.maybe("expires_at"));
  out.pass_mark_bp = read_optional(value.maybe("pass_mark_bp"), 0, kFullScoreBp);
  out.time_limit_s = read_optional(value.maybe("time_limit_s"), 1, kMostTimeLimitS);
  const auto witness = value.maybe("witness_required");
  out.witness_required = witness.present() && witness.flag();
  return out;
}

}  // namespace

std::string_view to_string(AssignmentState state) {
  switch (state) {
    case AssignmentState::open:
      return "open";
    case AssignmentState::in_progress:
      return "in_progress";
    case AssignmentState::passed:
      return "passed";
    case AssignmentState::exhausted:
      return "exhausted";
    case AssignmentState::expired:
      return "expired";
    case AssignmentState::not_yet:
      return "not_yet";
  }
  return "unknown";
}

AssignmentState state_of(const Assignment& assignment, const History& history, WallTime now) {
  if (history.in_progress) return AssignmentState::in_progress;
  if (history.passed) return AssignmentState::passed;
  if (assignment.max_attempts && history.attempts_used >= *assignment.max_attempts) {
    return AssignmentState::exhausted;
  }
  if (assignment.expires_at && now >= *assignment.expires_at) return AssignmentState::expired;
  if (assignment.opens_at && now < *assignment.opens_at) return AssignmentState::not_yet;
  return AssignmentState::open;
}

Result<Assignments> Assignments::read(const std::filesystem::path& file) {
  const auto content = read_file(file, kMostFileBytes);
  if (!content) return std::unexpected(content.error());
  auto document = json::Document::parse(*content, file.string());
  if (!document) return std::unexpected(document.error());
  const auto& root = document->root();
  const auto format = root.at("format");
  if (format.present() && format.text(kMostAssignmentIdBytes) != "millrace-assignments/1") {
    format.complain("must be \"millrace-assignments/1\"");
  }
  Assignments out;
  out.as_of_ = read_time(root.at("as_of"));
  for (const auto& value : root.at("assignments").elements(0, kMostAssignments)) {
    auto assignment = read_assignment(value);
    const auto number = out.assignments_.size();
    if (!out.by_id_.emplace(assignment.assignment_id, number).second) {
      value.at("assignment_id").complain("is the id of an assignment above; ids are unique");
    }
    out.by_operator_.emplace(assignment.operator_id, number);
    out.assignments_.push_back(std::move(assignment));
  }
  if (auto good = document->finish(); !good) return std::unexpected(good.error());
  return out;
}

std::vector<const Assignment*> Assignments::of_operator(std::string_view operator_id) const {
  std::vector<const Assignment*> out;
  const auto [begin, end] = by_operator_.equal_range(operator_id);
  for (auto at = begin; at != end; ++at) out.push_back(&assignments_[at->second]);
  return out;
}

const Assignment* Assignments::find(std::string_view assignment_id) const {
  const auto at = by_id_.find(assignment_id);
  return at == by_id_.end() ? nullptr : &assignments_[at->second];
}

}  // namespace millrace::edge
