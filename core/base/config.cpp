#include "core/base/config.hpp"

#include <set>

#include <fmt/format.h>
#include <toml++/toml.h>

#include "core/base/files.hpp"

namespace millrace {
namespace {

constexpr size_t kMostConfigBytes = 1024 * 1024;
/// Where the service manager puts a unit's credentials while it runs, and where it takes them from.
constexpr std::string_view kCredentials = "/run/credentials/";
constexpr std::string_view kCredentialStore = "/etc/credstore";

const toml::table& as_table(const void* table) {
  return *static_cast<const toml::table*>(table);
}

}  // namespace

struct Config::File {
  std::string name;
  std::filesystem::path folder;
  toml::table root;
  std::set<const toml::node*> known;
  std::vector<std::string> problems;

  void complain(const toml::node* node, std::string_view key, std::string_view what) {
    const auto line = node != nullptr ? node->source().begin.line : 0;
    problems.push_back(line != 0 ? fmt::format("{}:{}: {}: {}", name, line, key, what)
                                 : fmt::format("{}: {}: {}", name, key, what));
  }

  void find_unknown(const toml::table& table, const std::string& prefix,
                    std::vector<std::string>& out) const {
    for (const auto& [key, node] : table) {
      const auto path = prefix + std::string(key.str());
      if (known.contains(&node)) {
        if (const auto* inner = node.as_array()) {
          for (const auto& element : *inner) {
            if (const auto* element_table = element.as_table()) find_unknown(*element_table, path + ".", out);
          }
        }
        continue;
      }
      if (const auto* inner = node.as_table()) {
        find_unknown(*inner, path + ".", out);
      } else {
        out.push_back(fmt::format("{}:{}: {}: unknown key; remove it or correct its spelling", name,
                                  key.source().begin.line, path));
      }
    }
  }
};

namespace {
const toml::node* find(const void* table, std::string_view name) {
  return as_table(table).at_path(name).node();
}
}  // namespace

Result<Config> Config::parse(std::string_view text, std::string_view file_name) {
  Config config;
  config.file_ = std::make_shared<File>();
  config.file_->name = file_name;
  config.file_->folder = std::filesystem::path(file_name).parent_path();
  try {
    config.file_->root = toml::parse(text, file_name);
  } catch (const toml::parse_error& error) {
    return fail(ErrorKind::invalid_input, fmt::format("{}:{}:{}: {}", file_name, error.source().begin.line,
                                                      error.source().begin.column, error.description()));
  }
  config.table_ = &config.file_->root;
  return config;
}

Result<Config> Config::load(const std::filesystem::path& file) {
  auto text = read_file(file, kMostConfigBytes);
  if (!text) return std::unexpected(text.error());
  return parse(*text, file.string());
}

std::string Config::text(std::string_view name, const std::optional<std::string>& otherwise) {
  const auto* node = find(table_, name);
  if (node == nullptr) {
    if (!otherwise) file_->complain(nullptr, prefix_ + std::string(name), "missing; this key is required");
    return otherwise.value_or("");
  }
  file_->known.insert(node);
  if (const auto* value = node->as_string()) return value->get();
  file_->complain(node, prefix_ + std::string(name), "must be a string in quotes");
  return otherwise.value_or("");
}

int64_t Config::integer(std::string_view name, std::optional<int64_t> otherwise, int64_t least,
                        int64_t most) {
  const auto* node = find(table_, name);
  if (node == nullptr) {
    if (!otherwise) file_->complain(nullptr, prefix_ + std::string(name), "missing; this key is required");
    return otherwise.value_or(least);
  }
  file_->known.insert(node);
  const auto* value = node->as_integer();
  if (value == nullptr || value->get() < least || value->get() > most) {
    file_->complain(node, prefix_ + std::string(name),
                    fmt::format("must be a whole number from {} to {}", least, most));
    return otherwise.value_or(least);
  }
  return value->get();
}

bool Config::flag(std::string_view name, bool otherwise) {
  const auto* node = find(table_, name);
  if (node == nullptr) return otherwise;
  file_->known.insert(node);
  if (const auto* value = node->as_boolean()) return value->get();
  file_->complain(node, prefix_ + std::string(name), "must be true or false");
  return otherwise;
}

std::vector<std::string> Config::texts(std::string_view name) {
  std::vector<std::string> out;
  const auto* node = find(table_, name);
  if (node == nullptr) return out;
  file_->known.insert(node);
  const auto* array = node->as_array();
  bool good = array != nullptr;
  if (good) {
    for (const auto& element : *array) {
      if (const auto* value = element.as_string()) {
        out.push_back(value->get());
      } else {
        good = false;
      }
    }
  }
  if (!good) file_->complain(node, prefix_ + std::string(name), "must be a list of strings");
  return out;
}

std::filesystem::path Config::path(std::string_view name, bool required) {
  const auto value = text(name, required ? std::nullopt : std::optional<std::string>(""));
  if (value.empty()) return {};
  const std::filesystem::path given(value);
  std::error_code ignored;
  if (value.starts_with(kCredentials) && !std::filesystem::exists(given, ignored))
    return std::filesystem::path(kCredentialStore) / given.filename();
  return given.is_absolute() ? given : file_->folder / given;
}

std::vector<Config> Config::tables(std::string_view name) {
  std::vector<Config> out;
  const auto* node = find(table_, name);
  if (node == nullptr) return out;
  file_->known.insert(node);
  const auto* array = node->as_array();
  if (array == nullptr) {
    file_->complain(node, prefix_ + std::string(name), fmt::format("must be written as [[{}]]", name));
    return out;
  }
  for (const auto& element : *array) {
    const auto* table = element.as_table();
    if (table == nullptr) {
      file_->complain(node, prefix_ + std::string(name), fmt::format("must be written as [[{}]]", name));
      continue;
    }
    Config inner;
    inner.file_ = file_;
    inner.prefix_ = fmt::format("{}{}[{}].", prefix_, name, out.size());
    inner.table_ = table;
    out.push_back(std::move(inner));
  }
  return out;
}

bool Config::has(std::string_view name) const {
  return find(table_, name) != nullptr;
}

void Config::complain(std::string_view name, std::string_view what) {
  file_->complain(find(table_, name), prefix_ + std::string(name), what);
}

std::vector<std::string> Config::problems() const {
  auto all = file_->problems;
  file_->find_unknown(file_->root, "", all);
  return all;
}

Result<> Config::finish() const {
  std::string message;
  for (const auto& problem : problems()) {
    if (!message.empty()) message += '\n';
    message += problem;
  }
  if (message.empty()) return {};
  return fail(ErrorKind::invalid_input, message);
}

}  // namespace millrace
