// Preloaded into a process, moves its wall clock by the nanoseconds that stand in a file, from one call to
// the next; the monotonic clock goes on as before, as when a person or NTP sets the time. Debian's
// libfaketime does not do: clock_nanosleep on the monotonic clock fails under it, and each kill -9 leaves
// shared memory behind.
#include <dlfcn.h>
#include <fcntl.h>
#include <pthread.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <unistd.h>

#include <atomic>
#include <cstdint>
#include <cstdlib>
#include <ctime>

namespace {

constexpr int64_t kSecond = 1'000'000'000;

/// Nanoseconds, written by whoever holds the file; nothing without one.
const std::atomic<int64_t>* open_offset() {
  const char* name = std::getenv("MILLRACE_CLOCK_OFFSET");
  const int file = name == nullptr ? -1 : ::open(name, O_RDONLY | O_CLOEXEC);
  if (file < 0) return nullptr;
  void* at = ::mmap(nullptr, sizeof(int64_t), PROT_READ, MAP_SHARED, file, 0);
  ::close(file);
  return at == MAP_FAILED ? nullptr : static_cast<const std::atomic<int64_t>*>(at);
}

int64_t offset() {
  static const auto* shared = open_offset();
  return shared == nullptr ? 0 : shared->load(std::memory_order_relaxed);
}

timespec moved(const timespec& time, int64_t by) {
  const auto total = time.tv_sec * kSecond + time.tv_nsec + by;
  const auto within = ((total % kSecond) + kSecond) % kSecond;
  return {(total - within) / kSecond, within};
}

timespec kernel_time(clockid_t clock) {
  timespec out{};
  ::syscall(SYS_clock_gettime, clock, &out);
  return out;
}

int64_t seconds_apart(const timespec& left, const timespec& right) {
  return std::abs(left.tv_sec - right.tv_sec);
}

}  // namespace

extern "C" {

int clock_gettime(clockid_t clock, timespec* out) noexcept {
  if (::syscall(SYS_clock_gettime, clock, out) != 0) return -1;
  if (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE) *out = moved(*out, offset());
  return 0;
}

int gettimeofday(timeval* __restrict out, void* __restrict /*zone*/) noexcept {
  const auto now = moved(kernel_time(CLOCK_REALTIME), offset());
  *out = {now.tv_sec, now.tv_nsec / 1'000};
  return 0;
}

time_t time(time_t* out) noexcept {
  const auto now = moved(kernel_time(CLOCK_REALTIME), offset()).tv_sec;
  if (out != nullptr) *out = now;
  return now;
}

/// A deadline on the wall clock was computed with the moved one, and the kernel waits on its own. Which clock
/// the condition goes by cannot be asked: it is the one that the deadline is near.
int pthread_cond_timedwait(pthread_cond_t* __restrict condition, pthread_mutex_t* __restrict mutex,
                           const timespec* __restrict deadline) {
  using Wait = int (*)(pthread_cond_t*, pthread_mutex_t*, const timespec*);
  static const auto wait = reinterpret_cast<Wait>(::dlsym(RTLD_NEXT, "pthread_cond_timedwait"));
  const auto by = offset();
  const auto wall = moved(kernel_time(CLOCK_REALTIME), by);
  if (seconds_apart(*deadline, kernel_time(CLOCK_MONOTONIC)) < seconds_apart(*deadline, wall))
    return wait(condition, mutex, deadline);
  const auto there = moved(*deadline, -by);
  return wait(condition, mutex, &there);
}

}  // extern "C"
