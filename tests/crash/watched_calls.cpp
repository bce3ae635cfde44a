// Preloaded into a process: notes what it writes, truncates, syncs and removes in one folder, and lets calls
// fail. Calls the kernel itself, so that it needs nothing of the C library that it replaces.

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdarg>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "tests/crash/io_fault.hpp"
#include "tests/crash/write_log.hpp"

namespace {

using millrace::crash::Call;
using millrace::crash::EntryHead;
using millrace::crash::IoFault;
using millrace::crash::Op;

constexpr int kMostDescriptors = 1024;
constexpr uint16_t kNobody = 0xffff;

/// What is known of the watched folder, and the log. Any thread.
class Folder {
 public:
  Folder() {
    files_.fill(kNobody);
    const char* folder = std::getenv(millrace::crash::kFolderVariable);
    if (folder == nullptr) return;
    path_ = std::string(folder) + "/";
    if (const char* log = std::getenv(millrace::crash::kLogVariable)) {
      log_ = static_cast<int>(
          ::syscall(SYS_openat, AT_FDCWD, log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600));
    }
  }

  static Folder& instance() {
    static auto* folder = new Folder;  // never destroyed: the process writes to its end
    return *folder;
  }

  bool holds(std::string_view path) const {
    return !path_.empty() && (path.starts_with(path_) || is_self(path)) &&
           !path.ends_with(millrace::crash::kAnswersFile);
  }
  bool holds(int fd) {
    const std::lock_guard lock(mutex_);
    return fd >= 0 && fd < kMostDescriptors && faulty_[fd];
  }
  void opened(int fd, const char* path) {
    const std::lock_guard lock(mutex_);
    if (fd < 0 || fd >= kMostDescriptors) return;
    files_[fd] = number_of(path);
    faulty_[fd] = holds(path);
    if (is_self(path)) folder_fd_ = fd;
  }
  void closed(int fd) {
    const std::lock_guard lock(mutex_);
    if (fd >= 0 && fd < kMostDescriptors) {
      files_[fd] = kNobody;
      faulty_[fd] = false;
    }
    if (fd == folder_fd_) folder_fd_ = -1;
  }
  void removed(const char* path) {
    const std::lock_guard lock(mutex_);
    if (const auto file = number_of(path); file != kNobody) put(file, Op::remove, 0, {});
  }
  /// Runs the call and notes it, as one step: the order of the log is the order of what happened.
  template <class Run>
  long noted(int fd, Op op, uint64_t offset, std::string_view data, Run run) {
    const std::lock_guard lock(mutex_);
    const auto result = run();
    if (result == 0 && op == Op::sync && fd == folder_fd_) put(kNobody, Op::sync_folder, 0, {});
    const auto file = fd >= 0 && fd < kMostDescriptors ? files_[fd] : kNobody;
    if (file == kNobody) return result;
    if (result >= 0) {
      put(file, op, offset, op == Op::write ? data.substr(0, static_cast<size_t>(result)) : data);
    } else if (op == Op::sync) {
      put(file, Op::sync_failed, 0, {});
    }
    return result;
  }

 private:
  bool is_self(std::string_view path) const {
    return path.size() + 1 == path_.size() && path_.starts_with(path);
  }
  uint16_t number_of(const char* path) {
    const std::string_view full(path);
    // The shared-memory file is gone with the machine.
    if (log_ < 0 || !full.starts_with(path_) || full.ends_with("-shm")) return kNobody;
    const auto name = full.substr(path_.size());
    for (size_t at = 0; at < names_.size(); ++at) {
      if (names_[at] == name) return static_cast<uint16_t>(at);
    }
    names_.emplace_back(name);
    const auto number = static_cast<uint16_t>(names_.size() - 1);
    put(number, Op::name, 0, name);
    return number;
  }

  void put(uint16_t file, Op op, uint64_t offset, std::string_view data) const {
    if (log_ < 0) return;
    const EntryHead head{offset, static_cast<uint32_t>(data.size()), file, op, 0};
    std::string entry(sizeof head, '\0');
    std::memcpy(entry.data(), &head, sizeof head);
    entry += data;
    if (::syscall(SYS_write, log_, entry.data(), entry.size()) != static_cast<long>(entry.size()))
      std::abort();
  }

  std::mutex mutex_;
  std::string path_;
  int log_ = -1;
  int folder_fd_ = -1;  // the folder itself, while it is open
  std::vector<std::string> names_;
  std::array<uint16_t, kMostDescriptors> files_{};  // their numbers in the log
  std::array<bool, kMostDescriptors> faulty_{};     // whether a fault may strike
};

/// The call, unless a fault strikes it.
template <class Run>
long struck_or(bool watched, Call call, Run run) {
  const auto strike = watched ? IoFault::instance().strike(call) : IoFault::Strike{};
  if (strike.error == 0) return run();
  errno = strike.error;
  return -1;
}

long write_or_strike(bool watched, size_t size, const std::function<long(size_t)>& run) {
  const auto strike = watched ? IoFault::instance().strike(Call::write) : IoFault::Strike{};
  if (strike.error == 0) return run(strike.half ? size / 2 : size);
  errno = strike.error;
  return -1;
}

int open_and_note(const char* path, int flags, mode_t mode) {
  auto& folder = Folder::instance();
  const auto fd = static_cast<int>(struck_or(
      folder.holds(path), Call::open, [&] { return ::syscall(SYS_openat, AT_FDCWD, path, flags, mode); }));
  if (fd >= 0) folder.opened(fd, path);
  return fd;
}

int sync_and_note(int fd, long number) {
  auto& folder = Folder::instance();
  const bool watched = folder.holds(fd);
  return static_cast<int>(folder.noted(fd, Op::sync, 0, {}, [&] {
    return struck_or(watched, Call::sync, [&] { return ::syscall(number, fd); });
  }));
}

}  // namespace

// NOLINTBEGIN(cert-dcl50-cpp): the C library's own signatures
extern "C" {

int open(const char* path, int flags, ...) {
  va_list more;
  va_start(more, flags);
  const auto mode = (flags & O_CREAT) != 0 ? va_arg(more, mode_t) : mode_t{0};
  va_end(more);
  return open_and_note(path, flags, mode);
}
int open64(const char* path, int flags, ...) {
  va_list more;
  va_start(more, flags);
  const auto mode = (flags & O_CREAT) != 0 ? va_arg(more, mode_t) : mode_t{0};
  va_end(more);
  return open_and_note(path, flags, mode);
}
int close(int fd) {
  Folder::instance().closed(fd);
  return static_cast<int>(::syscall(SYS_close, fd));
}
ssize_t read(int fd, void* data, size_t size) {
  return struck_or(Folder::instance().holds(fd), Call::read,
                   [&] { return ::syscall(SYS_read, fd, data, size); });
}
ssize_t pread(int fd, void* data, size_t size, off_t offset) {
  return struck_or(Folder::instance().holds(fd), Call::read,
                   [&] { return ::syscall(SYS_pread64, fd, data, size, offset); });
}
ssize_t pread64(int fd, void* data, size_t size, off64_t offset) {
  return pread(fd, data, size, offset);
}
ssize_t write(int fd, const void* data, size_t size) {
  auto& folder = Folder::instance();
  const bool watched = folder.holds(fd);
  const std::string_view text(static_cast<const char*>(data), size);
  const auto offset = ::syscall(SYS_lseek, fd, 0, SEEK_CUR);
  return folder.noted(fd, Op::write, offset < 0 ? 0 : static_cast<uint64_t>(offset), text, [&] {
    return write_or_strike(watched, size, [&](size_t part) { return ::syscall(SYS_write, fd, data, part); });
  });
}
ssize_t pwrite(int fd, const void* data, size_t size, off_t offset) {
  auto& folder = Folder::instance();
  const bool watched = folder.holds(fd);
  const std::string_view text(static_cast<const char*>(data), size);
  return folder.noted(fd, Op::write, static_cast<uint64_t>(offset), text, [&] {
    return write_or_strike(watched, size,
                           [&](size_t part) { return ::syscall(SYS_pwrite64, fd, data, part, offset); });
  });
}
ssize_t pwrite64(int fd, const void* data, size_t size, off64_t offset) {
  return pwrite(fd, data, size, offset);
}
int ftruncate(int fd, off_t size) noexcept {
  auto& folder = Folder::instance();
  const bool watched = folder.holds(fd);
  return static_cast<int>(folder.noted(fd, Op::truncate, static_cast<uint64_t>(size), {}, [&] {
    return struck_or(watched, Call::truncate, [&] { return ::syscall(SYS_ftruncate, fd, size); });
  }));
}
int ftruncate64(int fd, off64_t size) noexcept {
  return ftruncate(fd, size);
}
int fsync(int fd) {
  return sync_and_note(fd, SYS_fsync);
}
int fdatasync(int fd) {
  return sync_and_note(fd, SYS_fdatasync);
}
int unlink(const char* path) noexcept {
  auto& folder = Folder::instance();
  const auto result = static_cast<int>(
      struck_or(folder.holds(path), Call::remove, [&] { return ::syscall(SYS_unlink, path); }));
  if (result == 0) folder.removed(path);
  return result;
}
int rename(const char* from, const char* to) noexcept {
  return static_cast<int>(
      struck_or(Folder::instance().holds(to), Call::rename, [&] { return ::syscall(SYS_rename, from, to); }));
}
void* mmap(void* at, size_t size, int protection, int flags, int fd, off_t offset) noexcept {
  // NOLINTNEXTLINE(performance-no-int-to-ptr): the kernel's answer
  return reinterpret_cast<void*>(struck_or(fd >= 0 && Folder::instance().holds(fd), Call::map, [&] {
    return ::syscall(SYS_mmap, at, size, protection, flags, fd, offset);
  }));
}
void* mmap64(void* at, size_t size, int protection, int flags, int fd, off64_t offset) noexcept {
  return mmap(at, size, protection, flags, fd, offset);
}

}  // extern "C"
// NOLINTEND(cert-dcl50-cpp)
