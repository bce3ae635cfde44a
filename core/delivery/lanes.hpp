// In what order, and how often, records are handed to the sink (docs: the delivery protocol, "The relay").
#pragma once

#include <compare>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>

#include "core/base/backoff.hpp"
#include "core/base/clock.hpp"
#include "core/delivery/inbound.hpp"
#include "core/delivery/outbox.hpp"

namespace millrace::delivery {

/// Sends without an answer at one time, over all lanes. Service Bus usually grants a link 1,000 credits; more
/// than that would only wait.
inline constexpr size_t kMostUnsettledSends = 1'000;
/// A lane whose message was refused for the moment, or whose send is in doubt, tries again after this long.
inline constexpr Millis kLaneRetryFirst{200};
inline constexpr Millis kLaneRetryMost{30'000};
/// The whole sink pauses for this long after trouble.
inline constexpr Millis kSinkPauseFirst{500};
inline constexpr Millis kSinkPauseMost{30'000};

struct LaneLimits {
  size_t most_unsettled_sends = kMostUnsettledSends;
  Millis retry_first = kLaneRetryFirst;
  Millis retry_most = kLaneRetryMost;
  Millis pause_first = kSinkPauseFirst;
  Millis pause_most = kSinkPauseMost;
};

/// Where a record goes: the entity of the sink and the session in it.
struct Route {
  std::string entity;
  std::string session;
  auto operator<=>(const Route&) const = default;
};

/// The caller's number for one stream; a lane belongs to one stream.
using StreamNumber = uint32_t;

/// What the sink said about one send (rule 5).
struct Outcome {
  enum class Kind {
    accepted,       ///< stored, or recognised as a duplicate
    retry_message,  ///< not now, for this message only
    sink_trouble,   ///< busy, unauthorised, not found, disabled, full: the message is innocent
    refused,        ///< never, for this message: too large, malformed, refused as an argument
    in_doubt,       ///< no answer came; it may be stored
  };
  Kind kind = Kind::in_doubt;
  std::string reason;
  /// With sink_trouble: the sink asked to be left alone for this long.
  Millis at_least{0};
};

enum class SinkState { down, paused, up };
std::string_view to_string(SinkState state);

/// Keeps one unsettled send per lane, so that a refusal in the middle never lets a later record overtake, and
/// lets lanes run side by side. Pure: no socket, thread or clock of its own. As long as `next` gives a send,
/// make it and report its outcome. One thread; owned by the relay (or the simulator).
class Lanes {
 public:
  struct Send {
    uint64_t id = 0;  ///< for `outcome`
    RecordPtr record;
    Route route;
    bool notice = false;           ///< send the record's EventWithheld in its place
    std::string reason;            ///< why it is withheld
    bool maybe_delivered = false;  ///< an earlier send of it had no answer
  };
  /// A place of a stream that is settled: by its record, or (parked) by its withheld notice.
  struct Settlement {
    StreamNumber stream = 0;
    uint64_t sequence = 0;
    std::optional<Parking> parking;
  };

  /// `random` gives uniformly distributed numbers for the jitter.
  Lanes(LaneLimits limits, std::function<uint64_t()> random);

  /// Records of a stream come in ascending sequence. `maybe_sent` when an earlier send by somebody else
  /// cannot be ruled out: a parking then says maybe_delivered.
  void add(StreamNumber stream, RecordPtr record, Route route, bool maybe_sent);
  /// The record may not be sent at all (no entity takes it): its notice goes in its place.
  void add_withheld(StreamNumber stream, RecordPtr record, Route route, std::string reason);
  /// The stream's records below `sequence` are settled elsewhere. One that is under way keeps its lane until
  /// its outcome.
  void drop_below(StreamNumber stream, uint64_t sequence);

  /// The sink takes sends (again).
  void sink_up();
  /// It does not; sends under way still get an outcome each.
  void sink_down(std::string reason);

  std::optional<Send> next();
  std::optional<Settlement> outcome(uint64_t id, Outcome outcome, MonoTime now);

  /// When `tick` has something to do; nothing when no timer runs.
  std::optional<MonoTime> deadline() const;
  void tick(MonoTime now);

  SinkState sink_state() const;
  /// Why the sink is down or paused; empty when it is up.
  const std::string& sink_reason() const { return sink_reason_; }
  size_t lanes() const { return lanes_.size(); }
  size_t under_way() const { return under_way_.size(); }
  size_t records() const { return records_; }
  /// Lanes whose first record was refused for the moment and waits.
  size_t waiting() const { return waiting_.size(); }

 private:
  struct Key {
    StreamNumber stream;
    Route route;
    auto operator<=>(const Key&) const = default;
  };
  struct Item {
    RecordPtr record;
    bool doubtful;      // a send of it may have arrived
    bool notice;        // its notice goes in its place
    bool gone = false;  // settled elsewhere while under way
    std::string reason;
  };
  enum class Phase { ready, under_way, waiting };
  struct Lane {
    Key key;
    uint64_t number;  // orders timers that are due together, the same way in each run
    Phase phase;
    MonoTime retry_at;
    Backoff backoff;
    std::deque<Item> items;
  };

  void add(StreamNumber stream, Route route, Item item);
  void make_ready(Lane& lane);
  void wait(Lane& lane, MonoTime now);
  void pause(const Outcome& outcome, MonoTime now);
  void resume();
  void pop(Lane& lane);
  void leave_queue(Lane& lane);

  LaneLimits limits_;
  std::function<uint64_t()> random_;

  std::map<Key, std::unique_ptr<Lane>> lanes_;  // only lanes that hold something
  std::deque<Lane*> ready_;
  std::map<std::pair<MonoTime, uint64_t>, Lane*> waiting_;
  std::unordered_map<uint64_t, Lane*> under_way_;
  size_t records_ = 0;
  uint64_t last_send_ = 0;
  uint64_t last_lane_ = 0;

  bool up_ = false;
  std::optional<MonoTime> paused_until_;
  bool probing_ = false;  // after a pause one send at a time, until the sink answers one
  Backoff pause_;
  std::string sink_reason_ = "not connected yet";
};

}  // namespace millrace::delivery
