// A box's disk: what core/delivery/outbox keeps in SQLite, as a value that can be copied, lost and restored.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/delivery/outbox.hpp"
#include "tests/simulation/ledger.hpp"
#include "tests/simulation/random.hpp"

namespace millrace::simulation {

/// What a record is made of.
struct Draft {
  Uuid event_id;
  uint64_t submission = 0;  ///< what the operator handed in; the same however often it is sent
  uint32_t session = 0;
  bool poison = false;
  bool notice_poison = false;
  WallTime recorded;
  ClockState clock_state = ClockState::synced;
  std::string replayof;  ///< as the attribute has it
};

/// Does what Outbox does; a test holds the two together. Copying it is taking a backup.
class LogModel {
 public:
  struct Row {
    TruthPtr truth;
    delivery::RecordState state = delivery::RecordState::pending;
  };

  /// False when the event is recorded already.
  bool append(const Draft& draft, Random& random, Ledger& ledger);
  /// Nothing when the receipt is not about this log's past; else the rows that changed.
  struct Changed {
    uint64_t through = 0;
    std::vector<TruthPtr> settled;
    std::vector<TruthPtr> parked;
    std::vector<delivery::Parking> parkings;  // of `parked`
  };
  std::optional<Changed> settle(const Uuid& stream_id, uint64_t through, const delivery::Hash& hash,
                                const std::vector<delivery::Parking>& parkings);
  /// A person decides about a parked row of the current stream; null when it is none, or not settled yet.
  /// `mended`: the sink would take it now.
  TruthPtr replay(uint64_t sequence, bool mended, Ledger& ledger);
  TruthPtr discard(uint64_t sequence);
  void open_new_stream(const Draft& opening, Random& random, Ledger& ledger);

  const delivery::StreamPosition& position() const { return position_; }
  std::optional<delivery::Hash> hash_at(uint64_t sequence) const;
  const Row& row(uint64_t sequence) const { return rows_.at(sequence - 1); }
  /// What was parked once, in every stream of this disk, whatever became of it.
  std::vector<Row> aside() const;
  bool is_recorded(const Uuid& event_id) const { return recorded_.contains(event_id); }
  const std::map<Uuid, WallTime>& recorded() const { return recorded_; }

 private:
  void open(WallTime now, Random& random);
  Row* decidable(uint64_t sequence);
  void put(const Draft& draft, Ledger& ledger);

  delivery::StreamPosition position_;
  std::vector<Row> rows_;              // of the current stream, by sequence
  std::vector<Row> left_aside_;        // of the streams before it
  std::map<Uuid, WallTime> recorded_;  // every event on this disk, and when
};

}  // namespace millrace::simulation
