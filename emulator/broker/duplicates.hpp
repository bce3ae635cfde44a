// Duplicate detection: which MessageIds were accepted lately.
#pragma once

#include <deque>
#include <string>
#include <unordered_map>
#include <utility>

#include "core/base/clock.hpp"
#include "emulator/broker/change.hpp"

namespace millrace::bus {

/// The history of one queue or topic. A second message with the same MessageId (case-sensitive) within the
/// window is accepted and dropped. Owned by the broker; loop thread.
class DuplicateHistory {
 public:
  DuplicateHistory(EntityId entity, Millis window) : entity_(entity), window_(window) {}

  bool contains(const std::string& message_id, WallTime now) const;
  void remember(const std::string& message_id, WallTime now, Change& change);
  /// For ids from now on.
  void change_window(Millis window) { window_ = window; }
  /// Drops what has left the window.
  void forget(WallTime now, Change& change);

  /// From the store, at start, oldest first.
  void restore(const std::string& message_id, WallTime until);
  size_t size() const { return until_.size(); }

 private:
  EntityId entity_;
  Millis window_;
  std::unordered_map<std::string, WallTime> until_;
  /// In the order of arrival; points at keys of `until_`. An id that came again after its window has an
  /// older entry too, which no longer agrees with `until_` and is skipped.
  std::deque<std::pair<WallTime, const std::string*>> by_time_;
};

}  // namespace millrace::bus
