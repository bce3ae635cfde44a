#include "edge/roster/pin_pool.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "core/base/crypto.hpp"

namespace millrace::edge {

namespace asio = boost::asio;

PinPool::~PinPool() {
  threads_.stop();
  threads_.join();
}

asio::awaitable<Result<bool>> PinPool::verify(std::string phc, std::string pin) {
  if (under_way_ >= kPinThreads + kMostPinChecksWaiting) {
    co_return fail(ErrorKind::unavailable, "too many sign-ins at once");
  }
  ++under_way_;
  const auto check = [](std::string hash, std::string given) -> asio::awaitable<bool> {
    co_return verify_pin(hash, given);
  };
  // The frame of `check` runs on the pool; this one resumes on the loop.
  const bool fits =
      co_await asio::co_spawn(threads_, check(std::move(phc), std::move(pin)), asio::use_awaitable);
  --under_way_;
  co_return fits;
}

}  // namespace millrace::edge
