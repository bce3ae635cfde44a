// The gap between a connection that the service let go of and the next one.
#pragma once

#include <functional>
#include <utility>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/steady_timer.hpp>

#include "core/base/clock.hpp"

namespace millrace::servicebus {

/// Nobody is told of it while it is short, and the only one for some time: what lasts, or comes again at
/// once, is a trouble like any other. Owned by its client; loop thread.
class QuietGap {
 public:
  QuietGap(const boost::asio::any_io_executor& executor, const Clock& clock, Millis longest, Millis apart)
      : clock_(clock), longest_(longest), apart_(apart), timer_(executor) {}

  bool may_open() const { return clock_.mono() >= next_; }
  /// `late` follows when it is still open after the longest time; `late` may outlive us.
  void open(std::function<void()> late) {
    open_ = true;
    next_ = clock_.mono() + apart_;
    timer_.expires_after(longest_);
    timer_.async_wait([late = std::move(late)](boost::system::error_code cancelled) {
      if (!cancelled) late();
    });
  }
  bool is_open() const { return open_; }
  /// Whether it was open.
  bool close() {
    timer_.cancel();
    return std::exchange(open_, false);
  }

 private:
  const Clock& clock_;
  Millis longest_;
  Millis apart_;
  boost::asio::steady_timer timer_;
  MonoTime next_ = MonoTime::min();
  bool open_ = false;
};

}  // namespace millrace::servicebus
