// When queues have something to do by themselves: locks and lives end, and what was scheduled is due.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <utility>

#include "emulator/broker/message.hpp"

namespace millrace::bus {

/// The earliest of one queue, on each clock.
struct Deadlines {
  std::optional<MonoTime> mono;
  std::optional<WallTime> wall;

  bool operator==(const Deadlines&) const = default;
};

/// Those of all queues in order, so that a command looks only at the queues that are due, however many there
/// are. Shared by the broker and its queues, one of which a link may hold longer; loop thread.
class Timetable {
 public:
  using Ask = std::function<Deadlines(EntityId queue)>;

  /// A deadline of this queue came or went.
  void touch(EntityId queue) { touched_.insert(queue); }
  /// Asks those that were touched since the last time. One that is gone has no deadlines.
  void update(const Ask& deadlines_of);
  std::set<EntityId> due(Moment now) const;
  std::optional<MonoTime> next(Moment now) const;

 private:
  std::set<EntityId> touched_;
  std::map<EntityId, Deadlines> known_;
  std::set<std::pair<MonoTime, EntityId>> by_mono_;
  std::set<std::pair<WallTime, EntityId>> by_wall_;
};

/// How a queue says that a deadline of its came or went.
struct Touch {
  std::shared_ptr<Timetable> timetable;
  EntityId queue;

  void operator()() const { timetable->touch(queue); }
};

/// Some of the deadlines of one queue, in order: no change of them escapes the timetable.
template <class Time, class Key>
class DeadlineSet {
 public:
  explicit DeadlineSet(Touch touch) : touch_(std::move(touch)) {}

  void emplace(Time time, Key key) {
    deadlines_.emplace(time, std::move(key));
    touch_();
  }
  void erase(const std::pair<Time, Key>& deadline) {
    deadlines_.erase(deadline);
    touch_();
  }
  void clear() {
    deadlines_.clear();
    touch_();
  }
  std::optional<Time> first() const {
    return deadlines_.empty() ? std::nullopt : std::optional(deadlines_.begin()->first);
  }
  bool empty() const { return deadlines_.empty(); }
  size_t size() const { return deadlines_.size(); }
  auto begin() const { return deadlines_.begin(); }
  auto end() const { return deadlines_.end(); }

 private:
  Touch touch_;
  std::set<std::pair<Time, Key>> deadlines_;
};

}  // namespace millrace::bus
