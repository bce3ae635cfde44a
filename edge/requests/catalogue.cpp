#include "edge/requests/catalogue.hpp"

#include <algorithm>

#include "core/json/strict_json.hpp"
#include "core/packages/package_limits.hpp"
#include "core/packages/package_reader.hpp"
#include "edge/requests/common_reasons.hpp"
#include "edge/requests/request_json.hpp"
#include "edge/testing/packages.hpp"

namespace millrace::edge {
namespace {

constexpr size_t kMostSkills = 2'000;
constexpr size_t kMostReasons = 200;

Texts read_title(const json::Value& value) {
  Texts title;
  for (const auto& [language, text] : value.members(kMostLanguages)) {
    if (!is_id(language)) text.complain("is not a language such as \"en\" or \"pt-BR\"");
    title[language] = text.text(kMostTextBytes);
  }
  if (value.present() && title.empty()) value.complain("has no text; give one in each language of the plant");
  return title;
}

RequestReason read_reason(const json::Value& value) {
  RequestReason reason{read_id(value.at("code")), read_title(value.at("title")), {}};
  for (const auto& name : value.at("kinds").elements(1, kRequestKinds.size())) {
    const auto kind = read_kind(name);
    if (reason.fits(kind)) name.complain("is listed twice");
    reason.kinds.push_back(kind);
  }
  return reason;
}

}  // namespace

bool RequestReason::fits(RequestKind kind) const {
  return std::ranges::find(kinds, kind) != kinds.end();
}

Result<RequestCatalogue> RequestCatalogue::read(const std::filesystem::path& file) {
  const auto document = read_requests_file(file, "millrace-catalogue/1");
  if (!document) return std::unexpected(document.error());
  const auto& root = document->root();
  RequestCatalogue out;
  if (const auto as_of = root.maybe("as_of"); as_of.present()) out.as_of_ = read_time(as_of);
  for (const auto& value : root.at("skills").elements(1, kMostSkills)) {
    Skill skill{read_id(value.at("id")), read_title(value.at("title"))};
    if (out.skill(skill.id) != nullptr) value.at("id").complain("is the id of a skill above; ids are unique");
    out.skills_.push_back(std::move(skill));
  }
  for (const auto& value : root.at("reasons").elements(1, kMostReasons)) {
    auto reason = read_reason(value);
    if (out.reason(reason.code) != nullptr) {
      value.at("code").complain("is the code of a reason above; codes are unique");
    }
    out.reasons_.push_back(std::move(reason));
  }
  if (auto good = document->finish(); !good) return std::unexpected(good.error());
  return out;
}

RequestCatalogue RequestCatalogue::of_packages(const PackageCatalogue& packages) {
  RequestCatalogue out;
  for (const auto& package : packages.all()) {
    if (out.skill(package->skill) == nullptr) out.skills_.push_back({package->skill, package->title});
  }
  out.reasons_ = common_reasons();
  return out;
}

const Skill* RequestCatalogue::skill(std::string_view id) const {
  const auto at = std::ranges::find(skills_, id, &Skill::id);
  return at == skills_.end() ? nullptr : &*at;
}

const RequestReason* RequestCatalogue::reason(std::string_view code) const {
  const auto at = std::ranges::find(reasons_, code, &RequestReason::code);
  return at == reasons_.end() ? nullptr : &*at;
}

}  // namespace millrace::edge
