// Which workflow steps wait for a leader: workflows.json, for as long as they do not come down from the
// centre.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/clock.hpp"
#include "core/base/result.hpp"
#include "core/base/uuid.hpp"
#include "edge/requests/kinds.hpp"

namespace millrace::edge {

struct WorkflowStep {
  Uuid workflow_id;
  uint64_t workflow_version = 0;
  Uuid request_id;
  std::string step_id;
  RequestKind kind = RequestKind::training;
  std::string skill;
  std::string operator_id;  ///< whom the request is for
  std::string reason_code;
  std::string comment;
  WallTime requested_at;
  std::optional<WallTime> due_at;
};

/// More than any box is shown; also where JSON's numbers stop to be exact.
inline constexpr int64_t kMostWorkflowVersion = int64_t{1} << 53;

/// Immutable once read.
class Workflows {
 public:
  /// Errors: those of reading; invalid_input with every problem of the file, one a line.
  static Result<Workflows> read(const std::filesystem::path& file);

  const std::vector<WorkflowStep>& steps() const { return steps_; }
  /// Null when there is none.
  const WorkflowStep* find(const Uuid& workflow_id, std::string_view step_id) const;
  WallTime as_of() const { return as_of_; }

 private:
  std::vector<WorkflowStep> steps_;
  WallTime as_of_{};
};

}  // namespace millrace::edge
