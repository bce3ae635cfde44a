// Wakes those who watch what becomes of their records.
#pragma once

#include <memory>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include "core/base/clock.hpp"

namespace millrace::edge {

/// A bell for many waiters. On the loop; owned by the daemon. Waiters may outlive it: they find it closed.
class SyncHub {
  struct State;

 public:
  explicit SyncHub(boost::asio::any_io_executor loop);
  ~SyncHub();
  SyncHub(const SyncHub&) = delete;
  SyncHub& operator=(const SyncHub&) = delete;

  /// Something changed: all look again.
  void ring();
  /// Ends all watching.
  void close();
  size_t watchers() const;

  /// One watcher's end of it.
  class Watch {
   public:
    explicit Watch(const SyncHub& hub);
    ~Watch();
    Watch(const Watch&) = delete;
    Watch& operator=(const Watch&) = delete;
    bool closed() const;
    /// True when the bell rang, false when the time passed. Nothing is missed between two calls as long as
    /// nobody awaits anything between looking and waiting.
    boost::asio::awaitable<bool> wait(Millis most);

   private:
    std::shared_ptr<State> state_;
  };

 private:
  std::shared_ptr<State> state_;
};

}  // namespace millrace::edge
