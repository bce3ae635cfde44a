// What a run tells the ledger, one struct for each kind of line. README.md has the same as JSON.
#pragma once

#include <array>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <variant>

#include "core/base/crypto.hpp"
#include "core/base/uuid.hpp"

namespace millrace::ledger {

/// Boxes and sessions go by numbers; whoever tells the history keeps the names.
using Box = uint32_t;
using Session = uint32_t;

/// Hashes ids and hashes: they are random enough in their last bytes.
struct Spread {
  template <size_t kSize>
  static size_t of(const std::array<uint8_t, kSize>& bytes) {
    size_t out = 0;
    std::memcpy(&out, bytes.data() + kSize - sizeof out, sizeof out);
    return out;
  }
  size_t operator()(const Uuid& id) const { return of(id.bytes); }
  size_t operator()(const Sha256& hash) const { return of(hash); }
};

struct Place {
  Uuid stream;
  uint64_t sequence = 0;  ///< from 1 on
  auto operator<=>(const Place&) const = default;
};

/// A client sends a submission, perhaps again.
struct Invoked {
  Uuid submission;
  Sha256 body{};  ///< what makes two requests equal
};
/// What it was told. No answer is no entry.
struct Answered {
  Uuid submission;
  Sha256 body{};  ///< of the request that this answers
  int status = 0;
  bool saved = false;
  std::optional<Uuid> event_id;
  std::optional<Place> place;
  std::optional<Sha256> answer;  ///< of the answer's own text, where that must not differ either
  std::string reason;            ///< of a refusal; a 409 without one is about the submission's key
};

/// A record stands on a box's disk. Its predecessor has been told before.
struct Captured {
  Box box = 0;
  Place place;
  Uuid event_id;
  Session session = 0;
  Sha256 hash{};
  Sha256 prevhash{};
  std::optional<Uuid> submission;
  std::optional<Place> replayof;
};
/// Out of the promise: its only disk is gone. One of the two is given.
struct Excused {
  std::optional<Uuid> event_id;
  std::optional<Uuid> submission;
};
/// The sink refuses this record for good.
struct Refusable {
  Uuid event_id;
};

/// The sink keeps a message: a record, or the notice that it was withheld.
struct Received {
  Place place;
  Uuid event_id;
  Session session = 0;
  Sha256 hash{};  ///< of the record, also when this is its notice
  bool notice = false;
  bool marked = false;     ///< as a possible duplicate
  bool data_equal = true;  ///< to the bytes on the box, where somebody compared them
};
/// The sink refuses a notice for good: the parking stands without one.
struct NoticeRefused {
  Uuid event_id;
  std::optional<Place> place;  ///< by default wherever the event is recorded
};

/// A receipt leaves the relay.
struct Receipt {
  Uuid stream;
  uint64_t through = 0;
  uint64_t committed = 0;  ///< how far the relay's disk has it
};

/// A row of a box's outbox changed its state.
struct Row {
  Box box = 0;
  Place place;
  Uuid event_id;
};
struct Settled : Row {};
struct Parked : Row {
  bool alarm = true;  ///< somebody is told
  bool kept = true;   ///< the payload is still there
  std::string reason = "refused";
};
struct Replayed : Row {};
struct Discarded : Row {
  std::string why;
};

/// Another disk took the place of a box's. What stands aside on it is told again; what stood aside on the old
/// one is gone with it.
struct Restored {
  Box box = 0;
};

struct Fault {};
/// After the faults everything was settled; or nothing, and it was given up.
struct Drained {
  std::optional<uint64_t> within_ms;
  uint64_t bound_ms = 0;
};

/// A look at something that must not grow without end.
struct Measured {
  std::string part;
  std::string what;
  uint64_t value = 0;
  uint64_t bound = 0;
};
/// Somebody looked for secrets where none may be.
struct Scanned {
  uint64_t canaries = 0;  ///< how many were looked for
};
struct Leak {
  std::string where;
};
/// A part ended by itself, or its database is not whole.
struct Unhealthy {
  std::string what;
};
/// What the parts themselves have counted, over the whole run and all disks.
struct Counts {
  std::optional<uint64_t> answered;           ///< kiosks: submissions told "saved"
  std::optional<uint64_t> outcomes;           ///< boxes: submissions that became an event
  std::optional<uint64_t> records;            ///< boxes: rows, the same on two disks once
  std::optional<uint64_t> received_distinct;  ///< the sink: events that came as records
};
struct End {};

using Entry = std::variant<Invoked, Answered, Captured, Excused, Refusable, Received, NoticeRefused, Receipt,
                           Settled, Parked, Replayed, Discarded, Restored, Fault, Drained, Measured, Scanned,
                           Leak, Unhealthy, Counts, End>;

}  // namespace millrace::ledger
