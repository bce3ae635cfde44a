// All test packages of the box.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "edge/testing/packages.hpp"

namespace millrace::edge {

/// What the folder holds: every *.json in it is a package, media/{test_id}/ its pictures and sounds.
/// Immutable once loaded.
class PackageCatalogue {
 public:
  /// Problems are added to `problems`, one a line each. A file that is bad, or that changes a version which
  /// `before` knows, does not count: the last good version of that file stays.
  static PackageCatalogue load(const std::filesystem::path& folder, const PackageCatalogue* before,
                               std::vector<std::string>& problems);

  /// Null when there is none.
  PackagePtr find(const std::string& test_id, uint32_t version) const;
  PackagePtr find(const Sha256& sha256) const;
  /// In the order of their files' names.
  std::vector<PackagePtr> all() const;
  size_t size() const { return by_file_.size(); }
  /// Every language of any package, in the order in which they are met.
  std::vector<std::string> languages() const;
  const std::filesystem::path& folder() const { return folder_; }

 private:
  std::filesystem::path folder_;
  std::map<std::string, PackagePtr> by_file_;
};

}  // namespace millrace::edge
