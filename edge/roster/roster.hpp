// Who may sign in at this box: roster.json.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.hpp"

namespace millrace::edge {

/// Roles that the box knows; a roster may name others. A team leader may do what a witness may.
inline constexpr std::string_view kTeamLeader = "team_leader";
inline constexpr std::string_view kWitness = "witness";

struct Operator {
  std::string id;
  std::string badge;
  std::string name;
  std::string language;
  std::string pin_hash;  ///< Argon2id in PHC form; made with `millrace-edge --hash-pin`
  bool active = false;
  std::vector<std::string> roles;

  bool has_role(std::string_view role) const;
};

/// Immutable once read.
class Roster {
 public:
  /// Errors: those of reading; invalid_input with every problem of the file, one a line.
  static Result<Roster> read(const std::filesystem::path& file);

  /// Null when there is none; inactive ones are found too.
  const Operator* by_badge(std::string_view badge) const;
  const Operator* by_id(std::string_view id) const;
  const std::vector<Operator>& all() const { return operators_; }
  size_t size() const { return operators_.size(); }

 private:
  std::vector<Operator> operators_;
  std::map<std::string, size_t, std::less<>> by_badge_;
  std::map<std::string, size_t, std::less<>> by_id_;
};

}  // namespace millrace::edge
