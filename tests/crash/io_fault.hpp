// One call of a process on a watched folder that fails, as the process's environment asks for it.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <string_view>

namespace millrace::crash {

/// `CALL,N,ERROR,once` or `CALL,N,ERROR,for-good`: the N-th call of this kind, or from that one on. ERROR is
/// `EIO`, `ENOSPC`, `EMFILE`, `ENOMEM` or `EROFS`; of a write also `short`: half of it is written, and what
/// follows fails with ENOSPC.
inline constexpr auto kFaultVariable = "MILLRACE_IO_FAULT";
/// A file whose presence keeps the fault up; without the variable it is up.
inline constexpr auto kFaultWhileVariable = "MILLRACE_IO_FAULT_WHILE";
/// A file of sizeof(FaultCounts) bytes, into which calls are counted.
inline constexpr auto kCountsVariable = "MILLRACE_IO_COUNTS";

enum class Call : uint8_t { read, write, sync, open, truncate, remove, rename, map };
inline constexpr std::array<std::string_view, 8> kCallNames{"read",     "write",  "sync",   "open",
                                                            "truncate", "remove", "rename", "map"};

struct FaultCounts {
  std::array<std::atomic<uint64_t>, kCallNames.size()> calls;
  std::atomic<uint64_t> struck;
};
static_assert(std::atomic<uint64_t>::is_always_lock_free);

/// What the environment asks for. Any thread.
class IoFault {
 public:
  struct Strike {
    int error = 0;      ///< 0: the call goes through
    bool half = false;  ///< a write: half of it goes through
  };
  static IoFault& instance();
  /// Counts the call, and says what becomes of it.
  Strike strike(Call call);

 private:
  IoFault();
  bool is_up() const;

  FaultCounts own_{};
  FaultCounts* counts_ = &own_;
  const char* while_ = nullptr;
  Call call_ = Call::read;
  uint64_t at_ = 0;  // 0: never
  int error_ = 0;
  bool half_ = false;
  bool for_good_ = false;
};

}  // namespace millrace::crash
