// What a history has said so far, in the shape in which the checks ask for it.
#pragma once

#include <deque>
#include <list>
#include <unordered_map>
#include <vector>

#include "tests/ledger/entries.hpp"

namespace millrace::ledger {

/// One time that an event is to be delivered: at first, and again with each replay. A record that moves to
/// another stream is still of the same turn.
struct Turn {
  std::optional<Place> replayof;
  /// Its notice arrived, or its parking stands without one.
  bool filled = false;
};

struct Record;

/// What became of one event, wherever it is recorded.
struct Event {
  /// A row that a person has to look at, or has looked at.
  struct Aside {
    Box box = 0;
    Place place;
    enum class State : uint8_t { parked, replayed, discarded } state = State::parked;
  };

  Uuid id;
  uint64_t saved_line = 0;        ///< where it was first answered "saved"; 0: nowhere
  uint64_t arrived_line = 0;      ///< where it first arrived as a record; 0: nowhere
  std::optional<Place> saved_as;  ///< what the first such answer said
  bool excused = false;
  bool refusable = false;
  const Record* records = nullptr;  ///< the latest; each names the one before
  Turn first;
  std::list<Turn> replays;
  std::vector<Aside> aside;

  bool arrived() const { return arrived_line != 0; }
  bool captured() const { return records != nullptr; }
  /// It stands parked, or was discarded with a reason.
  bool in_sight() const;
  /// Nothing when it is not recorded at this place.
  const Record* at(const Place& place) const;
  const Aside* aside_at(const Row& row) const;
};

/// What is told about one submission.
struct Submission {
  const Event* arrived_as = nullptr;
  Event* event = nullptr;
  bool excused = false;
};

/// One record as some disk has it. An event that moved, or was replayed, has several.
struct Record {
  uint64_t line = 0;
  Place place;
  Session session = 0;
  Event* event = nullptr;
  Turn* turn = nullptr;
  Submission* submission = nullptr;
  /// In the stream, and of the same session in the stream; nothing before the first.
  const Record* before = nullptr;
  const Record* before_in_session = nullptr;
  const Record* other_of_event = nullptr;
};

class Facts {
 public:
  /// The line that the checks look at now.
  uint64_t line() const { return line_; }
  void set_line(uint64_t line) { line_ = line; }

  const Record* record(const Sha256& hash) const;
  const Event* event(const Uuid& id) const;
  const std::deque<Event>& events() const { return events_; }  ///< in the order in which they were heard of
  const std::deque<Record>& records() const { return records_; }

  uint64_t arrived() const { return arrived_; }
  uint64_t doubled() const { return doubled_; }
  bool drained() const { return drained_; }

  void take(const Answered& entry);
  void take(const Captured& entry);
  void take(const Excused& entry);
  void take(const Refusable& entry) { known(entry.event_id).refusable = true; }
  void take(const Received& entry);
  void take(const NoticeRefused& entry);
  void take(const Parked& entry) { set_aside(entry, Event::Aside::State::parked); }
  void take(const Replayed& entry) { set_aside(entry, Event::Aside::State::replayed); }
  void take(const Discarded& entry) { set_aside(entry, Event::Aside::State::discarded); }
  void take(const Restored& entry);
  void take(const Fault& /*entry*/) { drained_ = false; }
  void take(const Drained& entry) { drained_ = entry.within_ms.has_value(); }

 private:
  Event& known(const Uuid& id);
  static Turn& turn_of(Event& event, const std::optional<Place>& replayof);
  void set_aside(const Row& row, Event::Aside::State state);

  uint64_t line_ = 0;
  std::deque<Event> events_;
  std::deque<Record> records_;
  std::unordered_map<Uuid, Event*, Spread> event_by_id_;
  std::unordered_map<Sha256, Record*, Spread> record_by_hash_;
  std::unordered_map<Uuid, Submission, Spread> submissions_;
  uint64_t arrived_ = 0;
  uint64_t doubled_ = 0;
  bool drained_ = false;
};

}  // namespace millrace::ledger
