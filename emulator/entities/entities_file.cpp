#include "emulator/entities/entities_file.hpp"

#include <algorithm>
#include <cctype>

#include <fmt/format.h>
#include <boost/json.hpp>

#include "core/base/files.hpp"
#include "emulator/entities/entity_reader.hpp"

namespace millrace::bus {
namespace {

namespace json = boost::json;
constexpr size_t kFileBytesMost = size_t{4} << 20U;

void read_root(const JsonPlace& root, Definitions& definitions) {
  root.expect_only({"UserConfig"});
  const auto user_config = root.member("UserConfig");
  if (!user_config.exists()) user_config.complain("is missing");
  user_config.expect_only({"Namespaces", "Logging"});
  const auto namespaces = user_config.member("Namespaces");
  const auto all = namespaces.elements();
  if (all.size() != 1) {
    namespaces.complain("there must be exactly one namespace");
    return;
  }
  all.front().expect_only({"Name", "Queues", "Topics"});
  Names taken;  // queues and topics share their names
  for (const auto& queue : all.front().member("Queues").elements()) {
    definitions.queues.push_back(read_queue(queue, taken));
  }
  for (const auto& topic : all.front().member("Topics").elements()) {
    definitions.topics.push_back(read_topic(topic, taken));
  }
}

std::string line_and_column(std::string_view text, size_t offset) {
  const auto before = text.substr(0, std::min(offset, text.size()));
  const auto line = std::ranges::count(before, '\n') + 1;
  const auto start = before.rfind('\n');
  const auto column = before.size() - (start == std::string_view::npos ? 0 : start + 1) + 1;
  return fmt::format("{}:{}", line, column);
}

}  // namespace

EntitiesFile parse_entities(std::string_view text, std::string_view name) {
  EntitiesFile file;
  json::parse_options options;
  options.allow_comments = true;
  options.allow_trailing_commas = true;
  json::stream_parser parser({}, options);
  json::error_code wrong;
  const auto read = parser.write_some(text.data(), text.size(), wrong);
  if (!wrong) parser.finish(wrong);
  const auto is_space = [](unsigned char c) { return std::isspace(c) != 0; };
  if (!wrong && !std::ranges::all_of(text.substr(read), is_space)) wrong = json::error::extra_data;
  if (wrong) {
    file.problems.push_back(
        fmt::format("{}:{}: not JSON: {}", name, line_and_column(text, read), wrong.message()));
    return file;
  }
  const auto value = parser.release();
  std::vector<std::string> problems;
  read_root(JsonPlace(&value, "", problems), file.definitions);
  for (const auto& problem : problems) file.problems.push_back(fmt::format("{}: {}", name, problem));
  return file;
}

EntitiesFile load_entities(const std::filesystem::path& file) {
  const auto text = read_file(file, kFileBytesMost);
  if (!text) return {{}, {text.error().message}};
  return parse_entities(*text, file.string());
}

}  // namespace millrace::bus
