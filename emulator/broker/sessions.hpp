// Sessions of one queue: who holds which, and what waits in them.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "core/base/clock.hpp"
#include "emulator/broker/change.hpp"
#include "emulator/broker/deadlines.hpp"

namespace millrace::bus {

/// A session exists while it has messages, a lock or a state; nobody has to create it. Its lock is exclusive
/// and covers all its messages, also those that come later. Owned by its queue; loop thread.
class SessionTable {
 public:
  struct Lock {
    ReceiverId owner = 0;
    MonoTime until;
    WallTime until_wall;
  };
  struct Session {
    std::set<Sequence> available;  ///< in order, none of them in the holder's hands
    std::set<Sequence> taken;      ///< in the holder's hands
    std::optional<Lock> lock;
    std::optional<Bytes> state;
  };

  explicit SessionTable(Touch touch) : deadlines_(std::move(touch)) {}

  const Session* find(const std::string& id) const;

  void add_available(const std::string& id, Sequence sequence);
  void remove_available(const std::string& id, Sequence sequence);
  void take(const std::string& id, Sequence sequence);
  void drop_taken(const std::string& id, Sequence sequence);

  /// The free session with the oldest message.
  std::optional<std::string> oldest_free() const;
  /// The one with the newest.
  std::optional<std::string> newest_free() const;
  /// Locks it, or moves the end of the lock.
  void lock(const std::string& id, const Lock& lock);
  /// Returns what was in the holder's hands, which is in nobody's now.
  std::vector<Sequence> unlock(const std::string& id);
  /// The sessions whose lock has run out.
  std::vector<std::string> expired(MonoTime now) const;
  std::optional<MonoTime> next_deadline() const { return deadlines_.first(); }

  void set_state(const std::string& id, std::optional<Bytes> state);
  size_t locked() const { return deadlines_.size(); }
  const std::map<std::string, Session>& all() const { return sessions_; }
  /// Of those with messages or a state.
  std::vector<std::string> ids() const;

 private:
  using Entry = std::map<std::string, Session>::iterator;

  Entry entry(const std::string& id) { return sessions_.try_emplace(id).first; }
  void end_deadline(Entry session);
  /// Around every change of what `free_` is made from.
  void unlist(Entry session);
  void list_or_drop(Entry session);

  std::map<std::string, Session> sessions_;
  std::set<std::pair<Sequence, std::string>> free_;  ///< unlocked ones with messages, by their oldest
  DeadlineSet<MonoTime, std::string> deadlines_;
};

}  // namespace millrace::bus
