// A real Mosquitto for one test, on a free loopback port.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <filesystem>
#include <string>

namespace millrace::test {

/// Starts in the constructor and accepts connections when that returns; ends with the object, by its pid. It
/// keeps nothing on disk, so a restart is a restart empty. One thread.
class Mosquitto {
 public:
  /// `settings` are further lines of mosquitto.conf. Throws std::runtime_error when it does not come up.
  explicit Mosquitto(std::string settings = {});
  ~Mosquitto();
  Mosquitto(const Mosquitto&) = delete;
  Mosquitto& operator=(const Mosquitto&) = delete;

  uint16_t port() const { return port_; }
  /// As a crash: SIGKILL.
  void kill();
  /// On the same port.
  void start();
  bool running() const { return pid_ > 0; }

 private:
  bool try_start();

  std::string settings_;
  std::filesystem::path folder_;
  uint16_t port_ = 0;
  pid_t pid_ = -1;
};

/// A loopback port that was free a moment ago. Below the range that the kernel gives to outgoing connections,
/// so that a client cannot take the port of a server that is about to start, or is down for a moment.
uint16_t free_port();

}  // namespace millrace::test
