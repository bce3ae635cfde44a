#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "cli/packages/package_check.hpp"

namespace millrace::cli {
namespace {

using boost::json::array;
using boost::json::object;
using packages::Package;

array to_array(const std::vector<Finding>& findings) {
  array out;
  for (const auto& finding : findings)
    out.push_back(object{{"place", finding.place}, {"what", finding.what}});
  return out;
}

/// The title in the first language: the one that the package was written in.
std::string title_of(const Package& package) {
  const auto title = package.title.find(package.languages.front().code);
  return title == package.title.end() ? std::string() : title->second;
}

bool is_approved(const packages::Package& package, const std::string& language) {
  const auto approved = package.approved_languages();
  return std::ranges::find(approved, language) != approved.end();
}

object to_object(const CheckedFile& file) {
  object out{{"file", file.file}};
  if (!file.package) return out;
  const auto& package = *file.package;
  array languages;
  for (const auto& code : package.language_codes())
    languages.push_back(object{{"code", code}, {"approved", is_approved(package, code)}});
  out["test_id"] = package.test_id;
  out["version"] = package.version;
  out["skill"] = package.skill;
  out["title"] = title_of(package);
  out["questions"] = package.question_count();
  out["languages"] = std::move(languages);
  out["layout_sample"] = package.layout_sample;
  out["sha256"] = hex(package.sha256);
  return out;
}

}  // namespace

std::string to_text(const std::vector<CheckedFile>& files) {
  std::string out;
  size_t problems = 0;
  size_t warnings = 0;
  for (const auto& file : files) {
    for (const auto& [place, what] : file.problems)
      out += fmt::format("{}: {}: {}\n", file.file, place, what);
    for (const auto& [place, what] : file.warnings)
      out += fmt::format("{}: {}: warning: {}\n", file.file, place, what);
    problems += file.problems.size();
    warnings += file.warnings.size();
  }
  return out + fmt::format("{} packages, {} problems, {} warnings\n", files.size(), problems, warnings);
}

std::string to_json(const std::vector<CheckedFile>& files) {
  array out;
  for (const auto& file : files) {
    auto one = to_object(file);
    one["problems"] = to_array(file.problems);
    one["warnings"] = to_array(file.warnings);
    out.push_back(std::move(one));
  }
  return serialize(object{{"packages", std::move(out)}}) + "\n";
}

std::string list_text(const std::vector<CheckedFile>& files) {
  std::string out;
  for (const auto& file : files) {
    if (!file.package) {
      out += fmt::format("{}: cannot be read; see `millrace packages check`\n", file.file);
      continue;
    }
    const auto& package = *file.package;
    std::vector<std::string> languages;
    languages.reserve(package.languages.size());
    for (const auto& code : package.language_codes())
      languages.push_back(is_approved(package, code) ? code : "(" + code + ")");
    out += fmt::format("{:<24} {:>4}  {:<24} {:>3} questions  {}  {}{}\n", package.test_id, package.version,
                       package.skill, package.question_count(), fmt::join(languages, " "), title_of(package),
                       package.layout_sample ? "  [layout sample]" : "");
  }
  return out;
}

std::string list_json(const std::vector<CheckedFile>& files) {
  array out;
  for (const auto& file : files) out.push_back(to_object(file));
  return serialize(object{{"packages", std::move(out)}}) + "\n";
}

}  // namespace millrace::cli
