// What the relay's receiver decides for one stream (docs: the delivery protocol, "The relay").
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/base/clock.hpp"
#include "core/delivery/inbound.hpp"
#include "core/delivery/outbox.hpp"
#include "core/delivery/sender.hpp"

namespace millrace::delivery {

/// Receipts of one stream follow each other at most this often while it is busy.
inline constexpr Millis kReceiptInterval{50};
/// Topics may overtake each other for this long before a gap counts as a loss.
inline constexpr Millis kGapPatience{250};
/// A gap that stays is asked for again, at first and at most after this long; the box's own timer also runs.
inline constexpr Millis kGapAgainFirst{1'000};
inline constexpr Millis kGapAgainMost{30'000};

struct ReceiverLimits {
  /// Records and bytes of one stream held in memory, in lanes and out of order together. Must not be smaller
  /// than the boxes' own window, or their streams run at this one's pace.
  size_t window_records = kWindowRecords;
  size_t window_bytes = kWindowBytes;
};

/// What survives a restart of the relay.
struct StreamCursor {
  /// A place settled ahead of the prefix. It counts only when the record comes again with the same hash.
  struct Beyond {
    uint64_t sequence = 0;
    Hash hash{};
    bool operator==(const Beyond&) const = default;
  };
  Uuid stream_id;
  uint64_t settled_through = 0;
  Hash settled_hash{};
  uint64_t base_seen = 0;
  std::vector<Parking> parked;  ///< at or above base_seen, ascending
  std::vector<Beyond> beyond;   ///< above settled_through, ascending
  bool operator==(const StreamCursor&) const = default;
};

/// Takes one stream's records in any order and hands them on in sequence, says what is settled, and asks for
/// what is missing. Only authenticated records come in; the position comes from nothing else. Pure: no
/// socket, thread, clock or disk of its own. One thread; owned by the relay's intake (or the simulator).
class Receiver {
 public:
  struct Arrival {
    enum class Kind {
      taken,      ///< in its turn; `deliver` holds it and what it set free
      kept,       ///< ahead of its turn, held until the gap closes
      duplicate,  ///< its place was given out before
      misfit,     ///< well signed, but its past is not this stream's: two disks claim one stream (alarm)
      no_room,    ///< beyond the window; the box sends it again
    };
    Kind kind = Kind::kept;
    /// Records to put into their lanes, in this order.
    std::vector<RecordPtr> deliver;
    /// When not 0: all below is settled, by another relay or before a restart; drop it from the lanes first.
    uint64_t drop_below = 0;
    /// Not empty when a record was dropped as a misfit, this one or one kept earlier; for the alarm.
    std::string misfit;
  };

  /// Commit `cursor` if `commit`, then publish it as a receipt if `publish`, then call `reported`.
  struct Report {
    StreamCursor cursor;
    bool positioned = false;  ///< false: the receipt carries no hash, so that it moves nothing
    bool commit = false;
    bool publish = false;
    uint64_t resend_from = 0;  ///< 0: nothing is asked for
    std::string halted;        ///< why the stream stands still; empty when it does not
  };

  /// A stream as the cursor store knows it, or one that is new to this relay.
  Receiver(ReceiverLimits limits, Uuid stream_id, MonoTime now);
  Receiver(ReceiverLimits limits, StreamCursor cursor, MonoTime now);

  Arrival arrive(const RecordPtr& record, MonoTime now);
  /// The sink has the record, or its withheld notice (`parking`). A place that is settled already is ignored.
  void settle(uint64_t sequence, std::optional<Parking> parking, MonoTime now);
  /// The box is told why its stream stands still, with the next receipt; the next good record clears it.
  void halt(std::string reason);
  /// The last receipt may be lost (the broker came back empty): say it again.
  void say_again();

  /// What is to be committed and published now, if anything. One at a time: none until `reported`.
  std::optional<Report> report(MonoTime now);
  /// False when it was not committed or not published; it becomes due again.
  void reported(const Report& report, bool done, MonoTime now);

  /// When `report` may have something to say; nothing when no timer runs.
  std::optional<MonoTime> deadline() const;

  const Uuid& stream_id() const { return stream_id_; }
  /// False until a record has said where the stream stands.
  bool positioned() const { return positioned_; }
  uint64_t settled_through() const { return settled_through_; }
  uint64_t next_expected() const { return next_; }
  /// Held in memory: unsettled in the lanes, or waiting for a gap to close.
  size_t held_records() const { return in_order_.size() + ahead_.size(); }
  size_t held_bytes() const { return in_order_bytes_ + ahead_bytes_; }
  bool idle() const { return in_order_.empty() && ahead_.empty(); }
  /// How long the settled prefix has not moved while something is held; zero when nothing is.
  Millis stalled_for(MonoTime now) const;

 private:
  /// A record at settled_through_ + 1 …, handed to its lane.
  struct Place {
    Hash hash;
    size_t size_bytes;
    bool settled;
  };

  std::optional<Hash> hash_at(uint64_t sequence) const;
  void start_at(const InboundRecord& record, Arrival& arrival, MonoTime now);
  void seen_before(const InboundRecord& record, Arrival& arrival, MonoTime now);
  bool take(const RecordPtr& record, Arrival& arrival, MonoTime now);
  void take_what_follows(Arrival& arrival, MonoTime now);
  Arrival::Kind keep(const RecordPtr& record, MonoTime now);
  bool make_room(const InboundRecord& record);
  void drop_ahead(std::map<uint64_t, RecordPtr>::iterator at);
  void base_is(uint64_t base, Arrival& arrival, MonoTime now);
  void advance(MonoTime now);
  void watch_gap(MonoTime now);
  std::optional<MonoTime> report_due() const;
  StreamCursor cursor() const;

  ReceiverLimits limits_;
  Uuid stream_id_;

  bool positioned_ = false;
  uint64_t settled_through_ = 0;
  Hash settled_hash_{};
  uint64_t next_ = 1;  // next_expected
  Hash tail_hash_{};   // hash(next_ - 1)
  uint64_t base_seen_ = 0;
  std::map<uint64_t, Parking> parked_;
  std::map<uint64_t, Hash> remembered_;  // settled before the restart, not come again yet

  std::deque<Place> in_order_;  // settled_through_ + 1 … next_ - 1
  size_t in_order_bytes_ = 0;
  std::map<uint64_t, RecordPtr> ahead_;  // above next_
  size_t ahead_bytes_ = 0;
  uint64_t turned_away_ = 0;  // the last record refused for want of room; 0: none

  bool dirty_ = false;        // something is not committed; not urgent by itself
  bool commit_due_ = false;   // a place was settled
  bool receipt_due_ = false;  // the box should hear
  bool at_once_ = false;      // the stream fell idle
  // To be asked for, 0 for nothing. Only ever a sequence that was given out: the box would take any other for
  // the position of another disk (its rule 2).
  uint64_t resend_from_ = 0;
  bool reporting_ = false;
  std::string halted_;
  std::optional<MonoTime> last_report_;
  MonoTime moved_at_;

  uint64_t gap_at_ = 0;  // the sequence that is missing; 0: none
  Millis gap_again_ = kGapAgainFirst;
  std::optional<MonoTime> gap_deadline_;
};

}  // namespace millrace::delivery
