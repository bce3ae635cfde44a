// Which tests the operators have to take: assignments.json, for as long as they do not come down from the
// centre.
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/clock.hpp"
#include "core/base/result.hpp"

namespace millrace::edge {

struct Assignment {
  std::string assignment_id;
  uint32_t version = 0;
  std::string operator_id;
  std::string test_id;
  uint32_t test_version = 0;
  std::string skill;
  std::optional<uint32_t> max_attempts;  ///< nothing: no bound
  std::optional<WallTime> opens_at;
  std::optional<WallTime> due_at;
  std::optional<WallTime> expires_at;
  std::optional<uint32_t> pass_mark_bp;  ///< nothing: the package's
  std::optional<uint32_t> time_limit_s;  ///< nothing: the package's
  bool witness_required = false;         ///< handing in needs a second person
  std::string pointer;                   ///< its place in the file, for messages
};

/// What was done about an assignment so far.
struct History {
  uint32_t attempts_used = 0;  ///< begun, handed in or not
  bool passed = false;
  bool in_progress = false;
};

enum class AssignmentState { open, in_progress, passed, exhausted, expired, not_yet };
std::string_view to_string(AssignmentState state);

/// What may be done about it now. A begun attempt may always be finished.
AssignmentState state_of(const Assignment& assignment, const History& history, WallTime now);

/// Immutable once read.
class Assignments {
 public:
  /// Errors: those of reading; invalid_input with every problem of the file, one a line.
  static Result<Assignments> read(const std::filesystem::path& file);

  std::vector<const Assignment*> of_operator(std::string_view operator_id) const;
  /// Null when there is none.
  const Assignment* find(std::string_view assignment_id) const;
  const std::vector<Assignment>& all() const { return assignments_; }
  WallTime as_of() const { return as_of_; }

 private:
  std::vector<Assignment> assignments_;
  std::map<std::string, size_t, std::less<>> by_id_;
  std::multimap<std::string, size_t, std::less<>> by_operator_;
  WallTime as_of_{};
};

}  // namespace millrace::edge
