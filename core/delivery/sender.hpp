// What the box's sender decides (docs: the delivery protocol, "The box").
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "core/base/backoff.hpp"
#include "core/base/clock.hpp"
#include "core/delivery/outbox.hpp"

namespace millrace::delivery {

inline constexpr size_t kWindowRecords = 512;
inline constexpr size_t kWindowBytes = size_t{4} * 1024 * 1024;
/// A window must hold at least one record of the largest size, or that record would never be sent.
inline constexpr size_t kLeastWindowBytes = kMostDataBytes + kMostAttributeBytes;
inline constexpr Millis kResendFirst{5'000};
inline constexpr Millis kResendMost{60'000};
/// Publishes without a PUBACK at one time: enough to fill a round trip, few enough not to flood a broker's
/// queue (Mosquitto's default receive maximum is 20).
inline constexpr size_t kMostUnacknowledged = 64;
/// The same resend_from is obeyed once in this time: a receipt that is repeated while the resent records are
/// under way asks for nothing new.
inline constexpr Millis kResendRequestQuiet{1'000};
/// Relay instances remembered; the oldest is forgotten first (seeing it anew costs one needless resend).
inline constexpr size_t kMostRelayInstances = 64;

struct SenderLimits {
  size_t window_records = kWindowRecords;
  size_t window_bytes = kWindowBytes;
  size_t most_unacknowledged = kMostUnacknowledged;
  Millis resend_first = kResendFirst;
  Millis resend_most = kResendMost;
};

/// A receipt as it came. The protocol's Receipt message in plain types.
struct Receipt {
  Uuid stream_id;
  uint64_t settled_through = 0;
  std::optional<Hash> settled_hash;
  uint64_t base_seen = 0;
  std::vector<Parking> parked;
  uint64_t resend_from = 0;  ///< 0: not asked
  std::string halted;        ///< why the stream stands still at the relay; empty when it does not
};

/// Decides what is sent when, and what a receipt means. Pure: no socket, thread, clock or disk of its own.
/// Feed it events with the time; then, as long as `next` names a range, read it from the log, publish it and
/// report it with `sent`. One thread; owned by the publisher (or the simulator).
class Sender {
 public:
  /// Commit this, then report it with `settled` or `settle_failed`. One at a time.
  struct Settle {
    Uuid stream_id;
    uint64_t through = 0;
    Hash hash{};
    std::vector<Parking> parkings;
  };
  /// This disk is not the one the world knows (rule 4): open a new stream, then call `restart`.
  struct OpenNewStream {
    std::string reason;
  };
  using Verdict = std::variant<std::monostate, Settle, OpenNewStream>;

  struct Range {
    uint64_t from = 0;
    size_t most_records = 0;
    size_t most_bytes = 0;
  };

  enum class Rewind { none, connection, relay_instance, resend_from, timer };

  /// `random` gives uniformly distributed numbers for the jitter.
  Sender(SenderLimits limits, std::function<uint64_t()> random);

  /// The log's position at the start, and again after a new stream was opened. Forgets what was sent.
  void restart(const StreamPosition& position, MonoTime now);
  /// Records up to here are committed.
  void appended(uint64_t last_sequence, MonoTime now);

  /// A new connection to the broker.
  void connected(MonoTime now);
  void disconnected();
  /// From `relay/{relay}/state`, while it says online.
  void relay_seen(std::string_view instance, MonoTime now);

  /// The log's hash at `receipt.settled_through`, or nothing when it has no such record.
  Verdict receipt(const Receipt& receipt, const std::optional<Hash>& own_hash, MonoTime now);
  /// The commit of `Settle` is on disk, with what it changed. The verdict on the newest receipt that came
  /// meanwhile, if any.
  Verdict settled(const Settled& committed, MonoTime now);
  /// It was not committed; a later receipt says the same again.
  void settle_failed();

  /// What to read and publish now; nothing while the window is full, all is sent, or nobody is connected.
  std::optional<Range> next() const;
  /// One record was handed to the client.
  void sent(uint64_t sequence, size_t size_bytes, MonoTime now);
  /// The broker answered a publish of the present connection: it paces, and changes nothing else.
  void acknowledged();

  /// When `tick` has something to do; nothing when no timer runs.
  std::optional<MonoTime> deadline() const { return deadline_; }
  void tick(MonoTime now);

  const Uuid& stream_id() const { return stream_id_; }
  uint64_t base() const { return settled_through_ + 1; }
  uint64_t next_sequence() const { return last_sequence_ + 1; }
  /// Records without a committed receipt.
  uint64_t unsettled() const { return last_sequence_ - settled_through_; }
  /// Rule 5: how long base has not moved while something is pending; zero when nothing is.
  Millis stalled_for(MonoTime now) const;
  uint64_t rewinds(Rewind why) const { return rewinds_[static_cast<size_t>(why)]; }

 private:
  std::string why_not_my_past(const Receipt& receipt, const std::optional<Hash>& own_hash) const;
  void rewind(Rewind why, MonoTime now);
  void reset_timeout();
  void arm(MonoTime now);

  SenderLimits limits_;
  std::function<uint64_t()> random_;
  Backoff resend_;

  Uuid stream_id_;
  uint64_t last_sequence_ = 0;
  uint64_t settled_through_ = 0;

  uint64_t cursor_ = 1;             // the next sequence to publish
  std::deque<size_t> outstanding_;  // sizes of the records settled_through_ + 1 … cursor_ - 1
  size_t outstanding_bytes_ = 0;
  size_t unacknowledged_ = 0;
  bool connected_ = false;
  bool leaving_ = false;  // rule 4 was found: publish nothing until `restart`

  bool settling_ = false;
  std::set<uint64_t> parked_;  // beyond settled_through_, committed as parked
  struct Held {
    Receipt receipt;
    std::optional<Hash> own_hash;
  };
  std::optional<Held> held_;  // came while settling_; without it the last receipt of a burst would be lost

  std::deque<std::string> relay_instances_;
  uint64_t resend_asked_ = 0;
  MonoTime resend_asked_at_;
  Millis timeout_{0};
  std::optional<MonoTime> deadline_;
  MonoTime moved_at_;  // when base last moved, or pending began
  uint64_t rewinds_[5]{};
};

}  // namespace millrace::delivery
