// Which keys speak for which box.
#pragma once

#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "core/base/result.hpp"
#include "core/delivery/inbound.hpp"
#include "relay/cursors/cursor_store.hpp"

namespace millrace::relay {

/// The public keys of all boxes, from a folder with one file for each: `{site}-{edge}.toml`
///
///   site = "demo"
///   edge = "box-1"
///   [[key]]
///   id = "…"            # as `millrace-edge --print-public-key` prints both
///   public_key = "…"
///
/// A box's old keys stay in its file for what they signed. Files whose names do not end in .toml are left
/// alone. On the loop; owned by CloudRelay.
class Trust {
 public:
  /// Reads the whole folder. One plant's bad file does not keep the others' records waiting: it is left out,
  /// or its last good state stays where `before` has one, and its problems are kept. Errors: invalid_input
  /// when the folder itself cannot be read.
  static Result<Trust> load(const std::filesystem::path& folder, const Trust* before = nullptr);

  /// One "file:line: what" each; empty when every file is good.
  const std::vector<std::string>& problems() const { return problems_; }

  /// Empty for a box without a file.
  const delivery::KeyRing& keys(const Box& box) const;
  std::set<std::string> sites() const;
  size_t boxes() const { return boxes_.size(); }

  /// Whether a file came, went or changed since it was loaded.
  bool outdated() const;

 private:
  struct Seen {
    std::filesystem::file_time_type written;
    uintmax_t size = 0;
    bool operator==(const Seen&) const = default;
  };
  struct Entry {
    std::filesystem::path file;
    delivery::KeyRing keys;
  };
  using Files = std::map<std::filesystem::path, Seen>;
  static Files list(const std::filesystem::path& folder, std::error_code& error);

  std::filesystem::path folder_;
  Files files_;
  void read(const std::filesystem::path& path, const Trust* before);

  std::map<Box, Entry> boxes_;
  std::vector<std::string> problems_;
};

}  // namespace millrace::relay
