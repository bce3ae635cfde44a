#include "core/base/files.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>

#include <fmt/format.h>

namespace millrace {
namespace {

Error system_error(const std::filesystem::path& file, const char* doing) {
  const int code = errno;
  const auto kind = code == ENOSPC || code == EDQUOT ? ErrorKind::no_space
                    : code == ENOENT                 ? ErrorKind::not_found
                                                     : ErrorKind::io;
  return {kind, fmt::format("{}: cannot {}: {}", file.string(), doing, std::strerror(code))};
}

class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  ~Descriptor() {
    if (fd_ >= 0) ::close(fd_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int get() const { return fd_; }

 private:
  int fd_;
};

}  // namespace

bool belongs_to_owner_of(const std::filesystem::path& folder, int fd) {
  if (::geteuid() != 0) return true;
  struct stat owner{};
  if (::stat(folder.c_str(), &owner) != 0) return false;
  return owner.st_uid == 0 || ::fchown(fd, owner.st_uid, owner.st_gid) == 0;
}

Result<std::string> read_file(const std::filesystem::path& file, size_t most_bytes) {
  const Descriptor fd(::open(file.c_str(), O_RDONLY | O_CLOEXEC));
  if (fd.get() < 0) return std::unexpected(system_error(file, "open it"));
  std::string content;
  char buffer[16384];
  for (;;) {
    const auto count = ::read(fd.get(), buffer, sizeof buffer);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return std::unexpected(system_error(file, "read it"));
    if (count == 0) return content;
    content.append(buffer, static_cast<size_t>(count));
    if (content.size() > most_bytes) {
      return fail(ErrorKind::invalid_input,
                  fmt::format("{}: larger than {} bytes", file.string(), most_bytes));
    }
  }
}

Result<> write_file_durably(const std::filesystem::path& file, BytesView content, unsigned mode) {
  const auto temporary = std::filesystem::path(file.string() + ".new");
  const auto folder = file.has_parent_path() ? file.parent_path() : std::filesystem::path(".");
  {
    // What is left of an earlier try, or was put there by somebody else, is neither followed nor written to.
    if (::unlink(temporary.c_str()) != 0 && errno != ENOENT)
      return std::unexpected(system_error(temporary, "remove it"));
    const Descriptor fd(
        ::open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode));
    if (fd.get() < 0) return std::unexpected(system_error(temporary, "create it"));
    for (size_t done = 0; done < content.size();) {
      const auto count = ::write(fd.get(), content.data() + done, content.size() - done);
      if (count < 0 && errno == EINTR) continue;
      if (count < 0) return std::unexpected(system_error(temporary, "write it"));
      done += static_cast<size_t>(count);
    }
    if (!belongs_to_owner_of(folder, fd.get()))
      return std::unexpected(system_error(temporary, "give it to the owner of its folder"));
    if (::fsync(fd.get()) != 0) return std::unexpected(system_error(temporary, "sync it"));
  }
  if (::rename(temporary.c_str(), file.c_str()) != 0)
    return std::unexpected(system_error(file, "replace it"));
  return sync_folder(folder);
}

Result<> sync_folder(const std::filesystem::path& folder) {
  const Descriptor directory(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (directory.get() < 0 || ::fsync(directory.get()) != 0) {
    return std::unexpected(system_error(folder, "sync the folder"));
  }
  return {};
}

}  // namespace millrace
