// Duplicate detection: which MessageIds were accepted lately.
#pragma once

#include <set>
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

  /// From the store, at start.
  void restore(const std::string& message_id, WallTime until);
  size_t size() const { return until_.size(); }

 private:
  EntityId entity_;
  Millis window_;
  std::unordered_map<std::string, WallTime> until_;
  /// By when each ends, which is not the order in which they came: the window may become shorter, and the
  /// clock may be put back. Points at keys of `until_`.
  std::set<std::pair<WallTime, const std::string*>> by_end_;
};

}  // namespace millrace::bus
