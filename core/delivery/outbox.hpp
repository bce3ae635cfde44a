// The durable log of a plant box: every record, its chain and its state, in SQLite.
//
// The tables are in outbox_schema.hpp. The data bytes of a record:
//   SELECT payload.data FROM record JOIN payload ON payload.id = record.payload WHERE record.event_id = ?
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/clock.hpp"
#include "core/base/crypto.hpp"
#include "core/delivery/event.hpp"
#include "core/delivery/evidence.hpp"
#include "core/delivery/outbox_schema.hpp"
#include "core/store/database.hpp"

namespace millrace::delivery {

/// What each unsettled record counts towards the quota besides its data and attributes: row, hashes,
/// signature and index entries.
inline constexpr uint64_t kRecordOverheadBytes = 512;
/// Below this quota not even one full window of small records fits; refused at start.
inline constexpr uint64_t kLeastOutboxQuotaBytes = uint64_t{1024} * 1024;
inline constexpr uint64_t kDefaultOutboxQuotaBytes = uint64_t{1024} * 1024 * 1024;
/// Service Bus takes ids and session ids of at most this many characters.
inline constexpr size_t kMostKeyCharacters = 128;

/// pending → settled | parked | moved, parked → replayed | discarded.
enum class RecordState { pending, settled, parked, moved, replayed, discarded };
std::string_view to_string(RecordState state);

struct Appended {
  Uuid stream_id;
  uint64_t sequence = 0;
  Hash hash{};
  WallTime recorded;
};

/// Where a stream stands.
struct StreamPosition {
  Uuid stream_id;
  uint64_t last_sequence = 0;    ///< 0: no record yet
  uint64_t settled_through = 0;  ///< base - 1
  Hash last_hash{};
  uint64_t unsettled_bytes = 0;  ///< what counts towards the quota
  bool operator==(const StreamPosition&) const = default;
};

/// A record that the receipt says cannot be delivered.
struct Parking {
  uint64_t sequence = 0;
  Uuid event_id;
  std::string reason;
  bool maybe_delivered = false;
  bool operator==(const Parking&) const = default;
};

/// Where a record stands.
struct RecordPlace {
  Uuid stream_id;
  uint64_t sequence = 0;
};

/// What a person decided about a parked record: who, and why. Both go into the audit.
struct Decision {
  std::string actor;
  std::string reason;
};
inline constexpr size_t kMostActorBytes = 64;
inline constexpr size_t kMostDecisionReasonBytes = 512;

/// What a salvaged log has lost, and what was done about it.
struct Mended {
  uint64_t lost = 0;   ///< places without a receipt whose record is gone
  uint64_t again = 0;  ///< records that are sent again, since the row of their last place is gone
};

struct CurrentStream;
struct StoredContent;

/// What one settling changed.
struct Settled {
  uint64_t through = 0;
  uint64_t settled = 0;         ///< rows that became settled
  std::vector<Parking> parked;  ///< rows that became parked
};

/// The writing side of the log. Each call is one step of a larger transaction on the writer's thread: it
/// changes nothing unless that commits, keeps nothing in memory between calls, and throws store::Failure as
/// all SQL does. Immutable, so any thread; owned by the daemon.
class Outbox {
 public:
  Outbox(SigningKey key, const Clock& clock, uint64_t quota_bytes = kDefaultOutboxQuotaBytes)
      : key_(std::move(key)), clock_(clock), quota_bytes_(quota_bytes) {}

  /// Records an event at the tail of the stream (the first one makes the stream). The caller gives `id`,
  /// `source`, `type`, `partitionkey` and what else the contract names; append fills `specversion`,
  /// `streamid`, `sequence`, `recordedtime`, `clockstate`, `prevhash`, `signature` and `keyid`.
  /// Errors: invalid_input (a missing, malformed or oversized part), conflict (the id is recorded already),
  /// no_space (the quota is full).
  Result<Appended> append(store::Connection& db, Event draft) const;

  /// Marks what a receipt covers: the parkings whose event id is the row's, then all pending rows up to
  /// `through`. Errors: conflict when the stream is not the current one, `through` was never given out, or
  /// the hash there is another (the receipt is not about this log's past); nothing is changed then.
  Result<Settled> settle(store::Connection& db, const Uuid& stream_id, uint64_t through, const Hash& hash,
                         const std::vector<Parking>& parkings) const;

  /// Makes the first record of a stream that continues another. It names the old stream, its last sequence
  /// and its hash, so that whoever holds both can join them.
  using Opening = std::function<Event(const StreamPosition& old, const StreamPosition& fresh)>;
  /// Rule 4 of the box: this disk is not the one the world knows. Opens a new stream with that first record,
  /// moves all pending rows there under their old event ids without copying their payload, and marks the old
  /// rows moved. One that is not what was recorded is not signed again: it is parked, and named in the log.
  /// The quota does not apply. Errors: those of append; not_found when there is no stream yet.
  Result<StreamPosition> open_new_stream(store::Connection& db, const Opening& opening) const;

  /// Whether everything that waits for its receipt is there and is what was signed. Errors: corrupt, with the
  /// first record that is not.
  Result<> check_unsettled(store::Connection& db) const;
  /// Makes what was salvaged of a damaged log one that can be continued: in a new stream, since what the
  /// world has of the old one is not known for sure. A step of a transaction.
  Mended mend(store::Connection& db) const;

  /// Says that this disk is not the one the world knows; open_new_stream takes it back.
  static void leave_stream(store::Connection& db, std::string_view reason);

  /// Records a parked record again at the tail: the same bytes and event id, a new sequence, `replayof`. The
  /// old row becomes replayed. The quota does not apply. Errors: invalid_input (the decision), not_found,
  /// conflict (not parked, or damaged), unavailable (the place is not settled yet).
  Result<Appended> replay(store::Connection& db, const RecordPlace& place, const Decision& decision) const;
  /// Gives a parked record up; its row and payload stay until they are pruned. Returns the event's id.
  /// Errors as replay's.
  Result<Uuid> discard(store::Connection& db, const RecordPlace& place, const Decision& decision) const;

  /// Removes rows that were receipted before `before` and stand behind a checkpoint that the centre has, at
  /// most `most_rows` in one call; parked rows stay. The stream keeps the hash where its log now begins. Does
  /// nothing while the clock is not synchronised. Returns how many rows it dealt with: `most_rows` means that
  /// there may be more.
  uint64_t prune(store::Connection& db, WallTime before, uint64_t most_rows) const;

  const PublicKey& public_key() const { return key_.public_key(); }
  std::string key_id() const { return key_.key_id(); }
  uint64_t quota_bytes() const { return quota_bytes_; }

 private:
  Result<Appended> append_at(store::Connection& db, CurrentStream& stream, Event draft) const;
  bool is_as_recorded(const StoredContent& row) const;

  SigningKey key_;
  const Clock& clock_;
  uint64_t quota_bytes_;
};

}  // namespace millrace::delivery
