#include "core/store/ballast.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

#include <fmt/format.h>

namespace millrace::store {
namespace {

constexpr unsigned kMode = 0600;
constexpr uint64_t kMiB = uint64_t{1024} * 1024;

}  // namespace

Result<> Ballast::look(bool writes_fail) {
  std::error_code failed;
  const auto space = std::filesystem::space(file_.parent_path(), failed);
  if (failed) return fail(ErrorKind::io, fmt::format("{}: {}", file_.string(), failed.message()));
  const auto needed = held_ ? kLeastFreeBytes : bytes_ + 2 * kLeastFreeBytes;
  if (writes_fail || space.available < needed) {
    // Found at a start with a full disk, it is from an earlier run.
    if (held_ || space.available < kLeastFreeBytes || writes_fail) release();
    return fail(ErrorKind::no_space,
                fmt::format("the disk of {} has {} MiB free: make room; {} MiB let the box go on",
                            file_.parent_path().string(), space.available / kMiB,
                            (bytes_ + 2 * kLeastFreeBytes) / kMiB));
  }
  return held_ ? Result<>() : hold();
}

Result<> Ballast::hold() {
  const int file = ::open(file_.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, kMode);
  if (file < 0) {
    return fail(ErrorKind::io, fmt::format("{}: {}", file_.string(), std::generic_category().message(errno)));
  }
  const int failed = bytes_ == 0 ? 0 : ::posix_fallocate(file, 0, static_cast<off_t>(bytes_));
  ::close(file);
  if (failed == 0) {
    held_ = true;
    return {};
  }
  release();
  return fail(failed == ENOSPC ? ErrorKind::no_space : ErrorKind::io,
              fmt::format("{}: {}", file_.string(), std::generic_category().message(failed)));
}

void Ballast::release() {
  held_ = false;
  std::error_code ignored;
  std::filesystem::remove(file_, ignored);
}

}  // namespace millrace::store
