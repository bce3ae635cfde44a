#include "cli/box.hpp"

#include <unistd.h>

#include <algorithm>

#include <fmt/format.h>

#include "core/base/config.hpp"
#include "edge/capture/edge_schema.hpp"

namespace millrace::cli {

namespace fs = std::filesystem;

Result<Box> find_box(const fs::path& config) {
  auto loaded = Config::load(config);
  if (!loaded) return std::unexpected(loaded.error());
  Box box{loaded->path("data_dir")};
  if (box.data_dir.empty())
    return fail(ErrorKind::invalid_input, fmt::format("{}: 'data_dir' is missing", config.string()));
  return box;
}

Result<std::unique_ptr<store::Connection>> visit(const fs::path& database) {
  if (::access(database.c_str(), F_OK) != 0 && errno == EACCES)
    return fail(ErrorKind::unauthorised,
                fmt::format("{}: you may not look there; use sudo", database.string()));
  std::error_code failed;
  if (!fs::exists(database, failed))
    return fail(ErrorKind::not_found, fmt::format("{}: there is no such database", database.string()));
  if (::access(database.c_str(), R_OK | W_OK) != 0)
    return fail(ErrorKind::unauthorised, fmt::format("{}: you may not read it; use sudo", database.string()));
  auto db = store::Connection::open(database, store::Connection::Mode::visitor);
  if (!db) return db;
  const auto version = store::schema_version(**db);
  if (!version) return std::unexpected(version.error());
  const auto own = std::ranges::max(edge::kEdgeMigrations, {}, &store::Migration::version).version;
  if (*version != own) {
    return fail(
        ErrorKind::invalid_input,
        fmt::format("{}: it has schema version {}, and this program reads {}: {}", database.string(),
                    *version, own,
                    *version < own ? "start millrace-edge once, which brings it up to date; restore does the "
                                     "same to a backup"
                                   : "install the newer release"));
  }
  return db;
}

Result<PublicKey> read_public_key(const std::string& text) {
  const auto space = text.rfind(' ');
  const auto bytes = from_base64url(space == std::string::npos ? text : text.substr(space + 1));
  PublicKey key{};
  if (!bytes || bytes->size() != key.size()) {
    return fail(
        ErrorKind::invalid_input,
        fmt::format("'{}' is no public key: give what millrace-edge --print-public-key prints", text));
  }
  std::ranges::copy(*bytes, key.begin());
  return key;
}

Result<PublicKey> public_key_of(const Box& box) {
  std::error_code failed;
  if (!fs::exists(box.key_file(), failed)) {
    return fail(ErrorKind::not_found,
                fmt::format("{}: there is no key, or you may not look there", box.key_file().string()));
  }
  const auto key = SigningKey::load_or_create(box.key_file());
  if (!key) return std::unexpected(key.error());
  return key->public_key();
}

}  // namespace millrace::cli
