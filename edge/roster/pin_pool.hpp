// The threads that check PINs, so that neither the loop nor the writer waits for Argon2id.
#pragma once

#include <memory>
#include <string>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/thread_pool.hpp>

#include "core/base/result.hpp"

namespace millrace::edge {

/// Each check takes 19 MiB and about 16 ms: two at a time, and a queue that a second can empty.
inline constexpr size_t kPinThreads = 2;
inline constexpr size_t kMostPinChecksWaiting = 64;

/// On the loop, with two threads of its own behind it. Owned by the daemon; outlives whoever awaits it.
class PinPool {
 public:
  PinPool() : threads_(kPinThreads) {}
  ~PinPool();
  PinPool(const PinPool&) = delete;
  PinPool& operator=(const PinPool&) = delete;

  /// Whether the PIN fits the hash. Errors: unavailable when too many wait.
  boost::asio::awaitable<Result<bool>> verify(std::string phc, std::string pin);

 private:
  boost::asio::thread_pool threads_;
  size_t under_way_ = 0;
};

}  // namespace millrace::edge
