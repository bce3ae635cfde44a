// A record as the relay takes it in: authenticated once, at the door.
#pragma once

#include <expected>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "core/delivery/evidence.hpp"

namespace millrace::delivery {

/// The public keys of one box by key id. Old keys stay for what they signed.
using KeyRing = std::map<std::string, PublicKey, std::less<>>;

/// Why a message was not let in. The stream does not move and is not halted for good (rule 3): one forged
/// message must not stop a box.
struct Refusal {
  enum class Kind {
    malformed,    ///< evidence missing or contradicting itself
    unknown_key,  ///< the box signs with a key that nobody has entered: it waits, nothing is parked for it
    forged,       ///< the signature is not the key's
  };
  Kind kind = Kind::malformed;
  std::string reason;
  /// The stream the message claims to belong to; only set for unknown_key, so that its box can be told.
  std::optional<Uuid> stream_id;
};

class InboundRecord;
using RecordPtr = std::shared_ptr<const InboundRecord>;

/// One event whose signature has been checked; the product has no other way to make one. Immutable, so shared
/// freely between the receiver, the lanes and a send under way.
class InboundRecord {
 public:
  /// `base` is the unsigned `base` property of the message: the first sequence for which the box holds no
  /// committed receipt.
  static std::expected<RecordPtr, Refusal> admit(Event event, uint64_t base, const KeyRing& keys);

#ifdef MILLRACE_SIMULATION
  /// Takes the record's signature on trust: to check it takes the simulator ten times as long as all the
  /// rest.
  static RecordPtr believe(Event event);
#endif

  /// The same record as the box publishes it again with a later base, which nobody signs.
  RecordPtr with_base(uint64_t base) const { return RecordPtr(new InboundRecord(event_, evidence_, base)); }

  const Event& event() const { return event_; }
  const Uuid& stream_id() const { return evidence_.stream_id; }
  const Uuid& event_id() const { return evidence_.event_id; }
  uint64_t sequence() const { return evidence_.sequence; }
  const Hash& prevhash() const { return evidence_.prevhash; }
  const Hash& hash() const { return evidence_.hash; }
  uint64_t base() const { return base_; }
  /// Attributes and data, what the window counts.
  size_t size_bytes() const { return size_bytes_; }

 private:
  InboundRecord(Event event, Evidence evidence, uint64_t base);

  Event event_;
  Evidence evidence_;
  uint64_t base_;
  size_t size_bytes_;
};

}  // namespace millrace::delivery
