// One process per data folder.
#pragma once

#include <filesystem>
#include <string_view>
#include <utility>

#include "core/base/result.hpp"

namespace millrace::store {

/// Holds an exclusive lock on `{folder}/{name}.lock` while it lives; the kernel ends it with the process.
/// Owned by the composition root.
class FolderLock {
 public:
  /// Makes the folder when it is missing. Errors: conflict (another process has it), io.
  static Result<FolderLock> take(const std::filesystem::path& folder, std::string_view name);
  FolderLock(FolderLock&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}
  FolderLock& operator=(FolderLock&&) = delete;
  ~FolderLock();

 private:
  explicit FolderLock(int descriptor) : descriptor_(descriptor) {}
  int descriptor_;
};

}  // namespace millrace::store
