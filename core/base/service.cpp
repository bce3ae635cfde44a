#include "core/base/service.hpp"

#include <systemd/sd-daemon.h>
#include <unistd.h>

#include <chrono>
#include <csignal>

#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>

#include "core/base/log.hpp"

namespace millrace {

struct Service::State : std::enable_shared_from_this<Service::State> {
  State(boost::asio::io_context& loop, std::function<void()> stop)
      : signals(loop, SIGTERM, SIGINT), watchdog(loop), on_stop(std::move(stop)) {}

  void wait_for_signal() {
    signals.async_wait([self = shared_from_this()](boost::system::error_code failed, int number) {
      if (failed) return;
      log::info("process.stopping", {{"signal", number}});
      sd_notify(0, "STOPPING=1");
      self->watchdog.cancel();
      self->on_stop();
    });
  }

  void feed() {
    sd_notify(0, "WATCHDOG=1");
    watchdog.expires_after(interval);
    watchdog.async_wait([self = shared_from_this()](boost::system::error_code failed) {
      if (!failed) self->feed();
    });
  }

  boost::asio::signal_set signals;
  boost::asio::steady_timer watchdog;
  std::function<void()> on_stop;
  std::chrono::microseconds interval{0};
};

Service::Service(boost::asio::io_context& loop, std::function<void()> on_stop)
    : state_(std::make_shared<State>(loop, std::move(on_stop))) {
  std::signal(SIGPIPE, SIG_IGN);
  state_->wait_for_signal();
}

Service::~Service() {
  boost::system::error_code ignored;
  state_->signals.cancel(ignored);
  state_->watchdog.cancel();
}

void Service::ready(const std::string& status) {
  sd_notify(0, ("READY=1\nSTATUS=" + status).c_str());
  uint64_t timeout_us = 0;
  if (sd_watchdog_enabled(0, &timeout_us) > 0) {
    state_->interval = std::chrono::microseconds(timeout_us / 3);
    state_->feed();
  }
}

void stop_process(std::string_view reason) {
  constexpr int kExitSoftware = 70;  // sysexits.h EX_SOFTWARE
  log::error("process.stopping", {{"reason", reason}});
  ::_exit(kExitSoftware);
}

}  // namespace millrace
