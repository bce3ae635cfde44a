// What a daemon owes the service manager: ready, alive, stopping.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include <boost/asio/io_context.hpp>

namespace millrace {

/// Tells systemd READY, WATCHDOG and STOPPING (nothing when not started by it), and turns SIGTERM and SIGINT
/// into one call of `on_stop` on the loop. The watchdog is fed from the loop itself, so a stuck loop is
/// restarted. Owned by main; lives as long as the loop runs.
class Service {
 public:
  Service(boost::asio::io_context& loop, std::function<void()> on_stop);
  ~Service();
  Service(const Service&) = delete;
  Service& operator=(const Service&) = delete;

  /// Call once everything listens. `status` is shown by `systemctl status`.
  void ready(const std::string& status);

 private:
  struct State;
  std::shared_ptr<State> state_;
};

/// Ends the process at once with exit code 70, for outcomes that only a restart can clear up (a commit that
/// failed with an I/O error): one error line `process.stopping reason=…`, no clean-up, the service manager
/// restarts. Any thread.
[[noreturn]] void stop_process(std::string_view reason);

}  // namespace millrace
