#include "core/store/folder_lock.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

#include <fmt/format.h>

namespace millrace::store {

Result<FolderLock> FolderLock::take(const std::filesystem::path& folder, std::string_view name) {
  std::error_code failed;
  std::filesystem::create_directories(folder, failed);
  if (failed) return fail(ErrorKind::io, fmt::format("{}: {}", folder.string(), failed.message()));
  const auto file = folder / fmt::format("{}.lock", name);
  constexpr unsigned kMode = 0640;
  const int descriptor = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, kMode);
  if (descriptor < 0) {
    return fail(ErrorKind::io, fmt::format("{}: {}", file.string(), std::generic_category().message(errno)));
  }
  if (::flock(descriptor, LOCK_EX | LOCK_NB) != 0) {
    ::close(descriptor);
    return fail(ErrorKind::conflict, fmt::format("{}: another process has {}; stop it, or change data_dir",
                                                 folder.string(), file.filename().string()));
  }
  return FolderLock(descriptor);
}

FolderLock::~FolderLock() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

}  // namespace millrace::store
