// Where a plant box keeps its things, and how to look at them without disturbing it.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "core/base/crypto.hpp"
#include "core/store/database.hpp"

namespace millrace::cli {

inline constexpr auto kDefaultConfig = "/etc/millrace/edge.toml";

/// The paths of one box.
struct Box {
  std::filesystem::path data_dir;
  std::filesystem::path database() const { return data_dir / "edge.db"; }
  std::filesystem::path key_file() const { return data_dir / "edge.key"; }
  std::filesystem::path admin_socket() const { return data_dir / "admin.sock"; }
};

/// Reads `data_dir` and nothing else of the edge's configuration, so that a box can be looked at whose
/// configuration is not good. Errors: not_found, io, invalid_input.
Result<Box> find_box(const std::filesystem::path& config);

/// Opens a database of a box for reading: the one in use, a backup, or one that was set aside. Errors:
/// not_found, unauthorised, corrupt, io; invalid_input when its schema is not this program's.
Result<std::unique_ptr<store::Connection>> visit(const std::filesystem::path& database);

/// A public key as `millrace-edge --print-public-key` prints it, with or without its id. Errors:
/// invalid_input.
Result<PublicKey> read_public_key(const std::string& text);
/// The box's own public key. Errors: not_found, io, invalid_input.
Result<PublicKey> public_key_of(const Box& box);

}  // namespace millrace::cli
