#include "edge/roster/roster.hpp"

#include <algorithm>

#include "core/base/files.hpp"
#include "core/json/strict_json.hpp"
#include "core/packages/package_reader.hpp"

namespace millrace::edge {
namespace {

constexpr size_t kMostRosterBytes = 16 * 1024 * 1024;
constexpr size_t kMostOperators = 50'000;
constexpr size_t kMostIdBytes = 64;
constexpr size_t kMostBadgeBytes = 64;
constexpr size_t kMostNameBytes = 200;
constexpr size_t kMostLanguageBytes = 32;
constexpr size_t kMostHashBytes = 127;
constexpr size_t kMostRoles = 16;

Operator read_operator(const json::Value& value) {
  Operator person;
  person.id = value.at("id").text(kMostIdBytes);
  // It becomes the partition key operator:{id} and a part of topics and file names.
  if (!person.id.empty() && !packages::is_id(person.id)) {
    value.at("id").complain("must be made of a-z, A-Z, 0-9, '.', '_' and '-', and not begin with a dot");
  }
  person.badge = value.at("badge").text(kMostBadgeBytes);
  person.name = value.at("name").text(kMostNameBytes);
  person.language = value.at("language").text(kMostLanguageBytes);
  const auto hash = value.at("pin_hash");
  person.pin_hash = hash.text(kMostHashBytes);
  if (!person.pin_hash.empty() && !person.pin_hash.starts_with("$argon2id$")) {
    hash.complain("must be an Argon2id hash; make it with `millrace-edge --hash-pin`");
  }
  person.active = value.at("active").flag();
  for (const auto& role : value.at("roles").elements(0, kMostRoles)) {
    person.roles.push_back(role.text(kMostNameBytes));
  }
  return person;
}

}  // namespace

bool Operator::has_role(std::string_view role) const {
  return std::ranges::find(roles, role) != roles.end();
}

Result<Roster> Roster::read(const std::filesystem::path& file) {
  const auto content = read_file(file, kMostRosterBytes);
  if (!content) return std::unexpected(content.error());
  auto document = json::Document::parse(*content, file.string());
  if (!document) return std::unexpected(document.error());
  const auto& root = document->root();
  const auto format = root.at("format");
  if (format.present() && format.text(kMostNameBytes) != "millrace-roster/1") {
    format.complain("must be \"millrace-roster/1\"");
  }
  Roster roster;
  for (const auto& value : root.at("operators").elements(0, kMostOperators)) {
    auto person = read_operator(value);
    const auto number = roster.operators_.size();
    if (!roster.by_id_.emplace(person.id, number).second) {
      value.at("id").complain("is the id of an operator above; ids are unique");
    }
    if (!roster.by_badge_.emplace(person.badge, number).second) {
      value.at("badge").complain("is the badge of an operator above; badges are unique");
    }
    roster.operators_.push_back(std::move(person));
  }
  if (auto good = document->finish(); !good) return std::unexpected(good.error());
  return roster;
}

const Operator* Roster::by_badge(std::string_view badge) const {
  const auto at = by_badge_.find(badge);
  return at == by_badge_.end() ? nullptr : &operators_[at->second];
}

const Operator* Roster::by_id(std::string_view id) const {
  const auto at = by_id_.find(id);
  return at == by_id_.end() ? nullptr : &operators_[at->second];
}

}  // namespace millrace::edge
