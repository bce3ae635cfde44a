// A box's content for a test: two operators, an inactive one, a witness and a team leader, their assignments,
// the package of tests/edge/data.
#pragma once

#include <filesystem>
#include <string>

#include "core/base/crypto.hpp"
#include "edge/content/content.hpp"
#include "tests/edge/support/fixture_files.hpp"

namespace millrace::edge::test {

inline constexpr const char* kPin = "2468";

inline const std::string& pin_hash() {
  static const auto hash = hash_pin(kPin).value();
  return hash;
}

inline ContentPaths content_paths(const std::filesystem::path& folder) {
  return {folder / "roster.json", folder / "assignments.json", folder / "packages"};
}

inline std::string assignment(const std::string& id, const std::string& operator_id,
                              const std::string& more = {}) {
  return R"({"assignment_id": ")" + id + R"(", "version": 3, "operator_id": ")" + operator_id +
         R"(", "test_id": "pumps", "test_version": 1, "skill": "pump-operation", "max_attempts": 2)" + more +
         "}";
}

/// Badges 100 (op-1), 200 (op-2), 300 (op-3, inactive), 800 (op-8, witness) and 900 (op-9, team leader), all
/// with kPin; assignments as-1 (op-1), as-2 and as-witnessed (op-2).
inline void write_content(const std::filesystem::path& folder) {
  const auto person = [](const std::string& number, bool active, const std::string& role = "operator") {
    return R"({"id": "op-)" + number + R"(", "badge": ")" + number + R"(00", "name": "Person )" + number +
           R"(", "language": "en", "pin_hash": ")" + pin_hash() + R"(", "active": )" +
           (active ? "true" : "false") + R"(, "roles": [")" + role + R"("]})";
  };
  std::filesystem::copy(
      data_folder() / "packages", folder / "packages",
      std::filesystem::copy_options::recursive | std::filesystem::copy_options::overwrite_existing);
  write_text(folder / "roster.json", R"({"format": "millrace-roster/1", "operators": [)" + person("1", true) +
                                         "," + person("2", true) + "," + person("3", false) + "," +
                                         person("8", true, "witness") + "," +
                                         person("9", true, "team_leader") + "]}");
  write_text(folder / "assignments.json",
             R"({"format": "millrace-assignments/1", "as_of": "2026-01-05T06:00:00Z", "assignments": [)" +
                 assignment("as-1", "op-1") + "," + assignment("as-2", "op-2") + "," +
                 assignment("as-witnessed", "op-2", R"(, "witness_required": true)") + "," +
                 assignment("as-late", "op-1", R"(, "expires_at": "2020-01-01T00:00:00Z")") + "," +
                 assignment("as-early", "op-1", R"(, "opens_at": "2199-01-01T00:00:00Z")") + "]}");
}

}  // namespace millrace::edge::test
