#include "core/store/folder_lock.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

#include <fmt/format.h>

#include "core/base/files.hpp"

namespace millrace::store {
namespace {

/// Less than 0, with errno, when it cannot be had. An administrator's command may be the first to make it,
/// and must not lock the daemon out.
int open_lock(const std::filesystem::path& file) {
  constexpr int kHow = O_RDWR | O_NOFOLLOW | O_CLOEXEC;
  constexpr unsigned kMode = 0640;
  const int made = ::open(file.c_str(), kHow | O_CREAT | O_EXCL, kMode);
  if (made < 0) return errno == EEXIST ? ::open(file.c_str(), kHow) : made;
  if (belongs_to_owner_of(file.parent_path(), made)) return made;
  const int reason = errno;
  ::close(made);
  errno = reason;
  return -1;
}

}  // namespace

Result<FolderLock> FolderLock::take(const std::filesystem::path& folder, std::string_view name) {
  std::error_code failed;
  std::filesystem::create_directories(folder, failed);
  if (failed) return fail(ErrorKind::io, fmt::format("{}: {}", folder.string(), failed.message()));
  const auto file = folder / fmt::format("{}.lock", name);
  const int descriptor = open_lock(file);
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
