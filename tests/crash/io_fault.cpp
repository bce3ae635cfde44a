#include "tests/crash/io_fault.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <string>
#include <utility>

namespace millrace::crash {
namespace {

constexpr std::pair<std::string_view, int> kErrors[] = {{"EIO", EIO},       {"ENOSPC", ENOSPC},
                                                        {"EMFILE", EMFILE}, {"ENOMEM", ENOMEM},
                                                        {"EROFS", EROFS},   {"short", ENOSPC}};

/// Cuts the text off up to the comma and returns it.
std::string_view next(std::string_view& text) {
  const auto comma = text.find(',');
  const auto part = text.substr(0, comma);
  text = comma == std::string_view::npos ? std::string_view() : text.substr(comma + 1);
  return part;
}

}  // namespace

IoFault& IoFault::instance() {
  static auto* fault = new IoFault;  // never destroyed: the process may write to its end
  return *fault;
}

IoFault::IoFault() : while_(std::getenv(kFaultWhileVariable)) {
  if (const char* file = std::getenv(kCountsVariable)) {
    // Not by the C library's functions: those are the ones that ask.
    const auto fd = ::syscall(SYS_openat, AT_FDCWD, file, O_RDWR | O_CLOEXEC);
    const auto memory =
        ::syscall(SYS_mmap, nullptr, sizeof(FaultCounts), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0L);
    if (memory < 0) std::abort();
    counts_ =
        reinterpret_cast<FaultCounts*>(memory);  // NOLINT(performance-no-int-to-ptr): the kernel's answer
    ::syscall(SYS_close, fd);
  }
  const char* asked = std::getenv(kFaultVariable);
  if (asked == nullptr) return;
  std::string_view rest(asked);
  const auto* const call = std::ranges::find(kCallNames, next(rest));
  at_ = std::strtoull(std::string(next(rest)).c_str(), nullptr, 10);
  const auto error = next(rest);
  const auto* const known = std::ranges::find(kErrors, error, [](const auto& entry) { return entry.first; });
  if (call == kCallNames.end() || at_ == 0 || known == std::end(kErrors)) std::abort();
  call_ = static_cast<Call>(call - kCallNames.begin());
  error_ = known->second;
  half_ = error == "short";
  for_good_ = rest == "for-good";
}

bool IoFault::is_up() const {
  return while_ == nullptr || ::syscall(SYS_faccessat, AT_FDCWD, while_, F_OK) == 0;
}

IoFault::Strike IoFault::strike(Call call) {
  const auto number = ++counts_->calls.at(static_cast<size_t>(call));
  if (call != call_ || at_ == 0 || number < at_) return {};
  if (half_) {
    // A write that is cut short is asked for the rest: that is the call after it.
    if (number > at_ + 1 && !for_good_) return {};
  } else if (number > at_ && !for_good_) {
    return {};
  }
  if (!is_up()) return {};
  ++counts_->struck;
  if (half_ && number == at_) return {0, true};
  return {error_, false};
}

}  // namespace millrace::crash
