// An event loop that a test turns until something has happened.
#pragma once

#include <chrono>
#include <functional>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>

namespace millrace::test {

/// For tests with real servers, where the time is theirs.
class Loop {
 public:
  boost::asio::io_context& context() { return context_; }
  auto executor() { return context_.get_executor(); }

  /// Turns the loop until `done` holds; false when it does not within the time.
  bool until(const std::function<bool()>& done, std::chrono::milliseconds within = std::chrono::seconds{20}) {
    const auto deadline = std::chrono::steady_clock::now() + within;
    while (!done()) {
      if (std::chrono::steady_clock::now() >= deadline) return false;
      context_.run_one_for(std::chrono::milliseconds{20});
    }
    return true;
  }
  /// Turns the loop for a while: for showing that something does not happen.
  void run_for(std::chrono::milliseconds time) {
    until([] { return false; }, time);
  }

 private:
  boost::asio::io_context context_;
  // What comes from other threads is not work that the context knows of.
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> guard_{context_.get_executor()};
};

}  // namespace millrace::test
