// What crosses from Paho's threads to the loop.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <variant>

#include "core/mqtt/client.hpp"

namespace millrace::mqtt {

/// The outcome of one of our own calls, or a change of the connection.
struct LinkEvent {
  enum class Kind {
    connected,
    connect_failed,
    subscribed,
    subscribe_failed,
    published,
    publish_failed,
    lost,
    disconnected
  };
  uint64_t link = 0;  ///< the connection it belongs to; events of an older one are late and mean nothing
  Kind kind = Kind::lost;
  uint64_t id = 0;  ///< of the subscription or the publish
  Error error;
};
struct Arrived {
  uint64_t link = 0;
  Message message;
};
using InboxItem = std::variant<LinkEvent, Arrived>;

/// A queue with many writers and one reader, in order of arrival. Messages are bounded (beyond, they are
/// dropped and counted); events are as many as the loop's own calls. Thread-safe; `wake` is called from the
/// writer's thread whenever the queue stops being empty, and must only post.
class Inbox {
 public:
  Inbox(size_t most_messages, size_t most_bytes, std::function<void()> wake)
      : most_messages_(most_messages), most_bytes_(most_bytes), wake_(std::move(wake)) {}

  void push(LinkEvent event) { add(std::move(event)); }

  void push(Arrived arrived) {
    const auto bytes = arrived.message.payload.size();
    {
      const std::lock_guard lock(mutex_);
      if (messages_ >= most_messages_ || bytes_ + bytes > most_bytes_) {
        ++dropped_;
        return;
      }
      ++messages_;
      bytes_ += bytes;
    }
    add(std::move(arrived));
  }

  /// The oldest item; when there is none, the next push wakes again.
  std::optional<InboxItem> pop() {
    const std::lock_guard lock(mutex_);
    if (items_.empty()) {
      awake_ = false;
      return std::nullopt;
    }
    std::optional<InboxItem> item(std::move(items_.front()));
    items_.pop_front();
    if (const auto* arrived = std::get_if<Arrived>(&*item)) {
      --messages_;
      bytes_ -= arrived->message.payload.size();
    }
    return item;
  }

  uint64_t dropped() const {
    const std::lock_guard lock(mutex_);
    return dropped_;
  }

 private:
  void add(InboxItem item) {
    {
      const std::lock_guard lock(mutex_);
      items_.push_back(std::move(item));
      if (std::exchange(awake_, true)) return;
    }
    wake_();
  }

  const size_t most_messages_;
  const size_t most_bytes_;
  const std::function<void()> wake_;
  mutable std::mutex mutex_;
  std::deque<InboxItem> items_;  // guarded by mutex_, as all below
  size_t messages_ = 0;
  size_t bytes_ = 0;
  uint64_t dropped_ = 0;
  bool awake_ = false;
};

}  // namespace millrace::mqtt
