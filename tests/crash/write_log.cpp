// Preloaded into a process, notes what it writes, truncates, syncs and removes in one folder. Calls the
// kernel itself, so that it needs nothing of the C library that it replaces.
#include "tests/crash/write_log.hpp"

#include <fcntl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cstdarg>
#include <cstdlib>
#include <cstring>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace {

using millrace::crash::EntryHead;
using millrace::crash::Op;

constexpr int kMostDescriptors = 1024;
constexpr uint16_t kNobody = 0xffff;

class Log {
 public:
  Log() {
    files_.fill(kNobody);
    const char* folder = std::getenv(millrace::crash::kFolderVariable);
    const char* log = std::getenv(millrace::crash::kLogVariable);
    if (folder == nullptr || log == nullptr) return;
    folder_ = std::string(folder) + "/";
    log_ = static_cast<int>(
        ::syscall(SYS_openat, AT_FDCWD, log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600));
  }

  static Log& instance() {
    static Log* log = new Log;  // never destroyed: the process writes to its end
    return *log;
  }

  void opened(int fd, const char* path) {
    const std::lock_guard lock(mutex_);
    if (fd < 0 || fd >= kMostDescriptors) return;
    files_[fd] = number_of(path);
    if (folder_ == std::string(path) + "/") folder_fd_ = fd;
  }
  void closed(int fd) {
    const std::lock_guard lock(mutex_);
    if (fd >= 0 && fd < kMostDescriptors) files_[fd] = kNobody;
    if (fd == folder_fd_) folder_fd_ = -1;
  }
  void removed(const char* path) {
    const std::lock_guard lock(mutex_);
    if (const auto file = number_of(path); file != kNobody) put(file, Op::remove, 0, {});
  }
  /// Runs the call and notes it, as one step: the order of the log is the order of what happened.
  template <class Call>
  long noted(int fd, Op op, uint64_t offset, std::string_view data, Call call) {
    const std::lock_guard lock(mutex_);
    const auto result = call();
    if (result == 0 && op == Op::sync && fd == folder_fd_) put(kNobody, Op::sync_folder, 0, {});
    const auto file = fd >= 0 && fd < kMostDescriptors ? files_[fd] : kNobody;
    if (result < 0 || file == kNobody) return result;
    put(file, op, offset, op == Op::write ? data.substr(0, static_cast<size_t>(result)) : data);
    return result;
  }

 private:
  uint16_t number_of(const char* path) {
    const std::string_view full(path);
    // The shared-memory file is gone with the machine.
    if (log_ < 0 || !full.starts_with(folder_) || full.ends_with("-shm")) return kNobody;
    const auto name = full.substr(folder_.size());
    for (size_t at = 0; at < names_.size(); ++at) {
      if (names_[at] == name) return static_cast<uint16_t>(at);
    }
    names_.emplace_back(name);
    const auto number = static_cast<uint16_t>(names_.size() - 1);
    put(number, Op::name, 0, name);
    return number;
  }

  void put(uint16_t file, Op op, uint64_t offset, std::string_view data) {
    const EntryHead head{offset, static_cast<uint32_t>(data.size()), file, op, 0};
    std::string entry(sizeof head, '\0');
    std::memcpy(entry.data(), &head, sizeof head);
    entry += data;
    if (::syscall(SYS_write, log_, entry.data(), entry.size()) != static_cast<long>(entry.size()))
      std::abort();
  }

  std::mutex mutex_;
  std::string folder_;
  int log_ = -1;
  int folder_fd_ = -1;  // the folder itself, while it is open
  std::vector<std::string> names_;
  std::array<uint16_t, kMostDescriptors> files_{};
};

int open_and_note(int folder, const char* path, int flags, mode_t mode) {
  const auto fd = static_cast<int>(::syscall(SYS_openat, folder, path, flags, mode));
  if (fd >= 0) Log::instance().opened(fd, path);
  return fd;
}

}  // namespace

// NOLINTBEGIN(cert-dcl50-cpp): the C library's own signatures
extern "C" {

int open(const char* path, int flags, ...) {
  va_list more;
  va_start(more, flags);
  const auto mode = (flags & O_CREAT) != 0 ? va_arg(more, mode_t) : mode_t{0};
  va_end(more);
  return open_and_note(AT_FDCWD, path, flags, mode);
}
int open64(const char* path, int flags, ...) {
  va_list more;
  va_start(more, flags);
  const auto mode = (flags & O_CREAT) != 0 ? va_arg(more, mode_t) : mode_t{0};
  va_end(more);
  return open_and_note(AT_FDCWD, path, flags, mode);
}
int close(int fd) {
  Log::instance().closed(fd);
  return static_cast<int>(::syscall(SYS_close, fd));
}
ssize_t write(int fd, const void* data, size_t size) {
  const std::string_view text(static_cast<const char*>(data), size);
  const auto offset = ::syscall(SYS_lseek, fd, 0, SEEK_CUR);
  return Log::instance().noted(fd, Op::write, offset < 0 ? 0 : static_cast<uint64_t>(offset), text,
                               [&] { return ::syscall(SYS_write, fd, data, size); });
}
ssize_t pwrite(int fd, const void* data, size_t size, off_t offset) {
  const std::string_view text(static_cast<const char*>(data), size);
  return Log::instance().noted(fd, Op::write, static_cast<uint64_t>(offset), text,
                               [&] { return ::syscall(SYS_pwrite64, fd, data, size, offset); });
}
ssize_t pwrite64(int fd, const void* data, size_t size, off64_t offset) {
  return pwrite(fd, data, size, offset);
}
int ftruncate(int fd, off_t size) noexcept {
  return static_cast<int>(Log::instance().noted(fd, Op::truncate, static_cast<uint64_t>(size), {},
                                                [&] { return ::syscall(SYS_ftruncate, fd, size); }));
}
int ftruncate64(int fd, off64_t size) noexcept {
  return ftruncate(fd, size);
}
int fsync(int fd) {
  return static_cast<int>(
      Log::instance().noted(fd, Op::sync, 0, {}, [&] { return ::syscall(SYS_fsync, fd); }));
}
int fdatasync(int fd) {
  return static_cast<int>(
      Log::instance().noted(fd, Op::sync, 0, {}, [&] { return ::syscall(SYS_fdatasync, fd); }));
}
int unlink(const char* path) noexcept {
  const auto result = static_cast<int>(::syscall(SYS_unlink, path));
  if (result == 0) Log::instance().removed(path);
  return result;
}

}  // extern "C"
// NOLINTEND(cert-dcl50-cpp)
