#include "emulator/access/access_file.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <boost/json.hpp>

#include "core/base/files.hpp"
#include "emulator/entities/entity_reader.hpp"

namespace millrace::bus {
namespace {

constexpr size_t kFileBytesMost = size_t{1} << 20U;

}  // namespace

Result<std::vector<AccessRule>> load_access_rules(const std::filesystem::path& file) {
  const auto text = read_file(file, kFileBytesMost);
  if (!text) return std::unexpected(text.error());
  boost::json::parse_options options;
  options.allow_comments = true;
  options.allow_trailing_commas = true;
  boost::json::error_code wrong;
  const auto value = boost::json::parse(*text, wrong, {}, options);
  if (wrong)
    return fail(ErrorKind::invalid_input, fmt::format("{}: not JSON: {}", file.string(), wrong.message()));
  std::vector<std::string> problems;
  auto rules = read_access_rules(JsonPlace(&value, "rules", problems));
  if (rules.empty() && problems.empty()) problems.emplace_back("there must be one rule at least");
  if (problems.empty()) return rules;
  return fail(ErrorKind::invalid_input, fmt::format("{}: {}", file.string(), fmt::join(problems, "; ")));
}

}  // namespace millrace::bus
