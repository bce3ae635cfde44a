// A time after which a wire is closed.
#pragma once

#include <chrono>
#include <memory>

#include <boost/asio/steady_timer.hpp>

#include "core/net/wire.hpp"

namespace millrace::net {

/// Closes the wire when the time is over; whoever reads or writes on it then sees it end. The wire must
/// outlive it.
class Deadline {
 public:
  explicit Deadline(Wire& wire) : state_(std::make_shared<State>(wire)) {}
  ~Deadline() {
    state_->wire = nullptr;
    state_->timer.cancel();
  }
  Deadline(const Deadline&) = delete;
  Deadline& operator=(const Deadline&) = delete;

  /// From now; replaces the earlier one.
  void expires_after(std::chrono::milliseconds time) {
    state_->timer.expires_after(time);
    state_->timer.async_wait([state = state_](boost::system::error_code /*cancelled*/) {
      // A handler that was on its way when the time was moved sees the new one.
      if (state->wire != nullptr && state->timer.expiry() <= std::chrono::steady_clock::now())
        state->wire->close();
    });
  }
  void expires_never() { state_->timer.expires_at(boost::asio::steady_timer::time_point::max()); }

 private:
  struct State {
    explicit State(Wire& under) : wire(&under), timer(under.executor()) {}
    Wire* wire;
    boost::asio::steady_timer timer;
  };
  std::shared_ptr<State> state_;
};

}  // namespace millrace::net
