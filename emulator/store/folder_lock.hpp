// One process per data folder.
#pragma once

#include <filesystem>
#include <utility>

#include "core/base/result.hpp"

namespace millrace::bus {

/// Holds an exclusive lock on `{folder}/bus.lock` while it lives; the kernel ends it with the process. Owned
/// by the composition root.
class FolderLock {
 public:
  /// Makes the folder when it is missing. Errors: conflict (another process has it), io.
  static Result<FolderLock> take(const std::filesystem::path& folder);
  FolderLock(FolderLock&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}
  FolderLock& operator=(FolderLock&&) = delete;
  ~FolderLock();

 private:
  explicit FolderLock(int descriptor) : descriptor_(descriptor) {}
  int descriptor_;
};

}  // namespace millrace::bus
