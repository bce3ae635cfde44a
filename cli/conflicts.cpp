#include "cli/conflicts.hpp"

#include <array>
#include <ranges>
#include <vector>

#include <fmt/format.h>

#include "core/base/printable.hpp"
#include "edge/capture/submissions.hpp"

namespace millrace::cli {
namespace {

/// What stands in the lines of a body, by its first line.
struct Form {
  std::string_view kind;
  std::vector<std::string_view> names;
};

constexpr std::string_view kNeededBy = "needed by";

const std::array kForms{
    Form{"open", {"assignment", "language"}},
    Form{"answer", {"attempt", "question", "answer", "flag"}},
    Form{"submit", {"attempt", "witness (SHA-256)"}},
    Form{"request", {"for", "skill", "reason", kNeededBy, "priority", "language", "comment"}},
    Form{"on-behalf",
         {"operators", "warning", "for", "skill", "reason", kNeededBy, "priority", "language", "comment"}},
    Form{"decide", {"workflow", "step", "version", "decision", "reason"}},
};

/// Kept as milliseconds since 1970, or 0.
std::string time_text(std::string_view ms) {
  const auto time = std::strtoll(std::string(ms).c_str(), nullptr, 10);
  return time == 0 ? "" : rfc3339(WallTime{Millis{time}});
}

/// A line of its own for each; the last one of a form may hold several, and one that is not known has no
/// names.
std::string body_text(std::string_view body) {
  std::vector<std::string_view> lines;
  if (body.ends_with('\n')) body.remove_suffix(1);
  for (const auto line : body | std::views::split('\n')) lines.emplace_back(line.begin(), line.end());
  if (lines.empty()) return "    nothing\n";
  const auto* form = std::ranges::find(kForms, lines.front(), &Form::kind);
  auto out = fmt::format("    {}\n", printable(lines.front()));
  for (size_t i = 1; i < lines.size(); ++i) {
    const auto name = form != kForms.end() && i <= form->names.size() ? form->names[i - 1] : "";
    out +=
        fmt::format("      {:<18} {}\n", name, name == kNeededBy ? time_text(lines[i]) : printable(lines[i]));
  }
  return out;
}

}  // namespace

std::string list_conflicts(store::Connection& db) {
  const auto conflicts = edge::read_conflicts(db, edge::kMostConflictsKept);
  if (conflicts.empty()) return {};
  auto out = fmt::format("{:<9} {:<24} {:<24} {}\n", "reference", "came", "first saved", "operator, kiosk");
  for (const auto& one : conflicts | std::views::reverse) {
    out += fmt::format("{:<9} {:<24} {:<24} {}\n", one.reference, rfc3339(one.came),
                       one.first_saved ? rfc3339(*one.first_saved) : "gone",
                       printable(fmt::format("{}, {}", one.operator_id, one.kiosk)));
  }
  return out;
}

std::string show_conflict(store::Connection& db, std::string_view reference) {
  const auto both = edge::find_conflict(db, reference);
  if (!both) return {};
  auto out = fmt::format("{} under the key {}\n  came {} from {} at {}\n{}", reference,
                         both->came.key.string(), rfc3339(both->came_at), printable(both->came.operator_id),
                         printable(both->came.kiosk), body_text(both->came.body));
  if (!both->first)
    return out + "  what was first saved is gone: removed after its time, or lost with a damaged database\n";
  return out + fmt::format("  first saved {} from {}\n{}", rfc3339(both->first_saved),
                           printable(both->first->operator_id), body_text(both->first->body));
}

}  // namespace millrace::cli
