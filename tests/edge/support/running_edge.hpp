// The whole edge in this process: gateway on a thread of its own, content in a temporary folder.
#pragma once

#include <atomic>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <thread>

#include <boost/asio/io_context.hpp>

#include "edge/edge_gateway.hpp"
#include "tests/support/temp_folder.hpp"

namespace millrace::edge::test {

/// A clock that runs with the machine's and can be moved on by hand. Thread-safe.
class JumpingClock final : public Clock {
 public:
  WallTime wall() const override { return machine_.wall() + ahead(); }
  MonoTime mono() const override { return machine_.mono() + ahead(); }
  ClockState state() const override { return ClockState::synced; }
  void advance(Millis by) { ahead_ms_ += by.count(); }

 private:
  Millis ahead() const { return Millis{ahead_ms_.load()}; }
  SystemClock machine_;
  std::atomic<int64_t> ahead_ms_{0};
};

/// Started by the constructor, stopped by the destructor; `restart` in between. Throws when it does not
/// start.
class RunningEdge {
 public:
  explicit RunningEdge(std::function<void(EdgeConfig&)> adjust = {});
  ~RunningEdge();
  RunningEdge(const RunningEdge&) = delete;
  RunningEdge& operator=(const RunningEdge&) = delete;

  void stop();
  void start();
  void restart() {
    stop();
    start();
  }
  uint16_t port() const { return port_; }
  const std::filesystem::path& folder() const { return folder_.path(); }
  JumpingClock& clock() { return clock_; }

 private:
  struct Running;
  millrace::test::TempFolder folder_;
  std::function<void(EdgeConfig&)> adjust_;
  JumpingClock clock_;
  std::unique_ptr<Running> running_;
  uint16_t port_ = 0;
};

/// Writes content and an edge.toml for it (port 0, a broker that is not there). Returns the file.
std::filesystem::path write_box(const std::filesystem::path& folder);

}  // namespace millrace::edge::test
