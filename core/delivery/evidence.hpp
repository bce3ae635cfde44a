// The hash chain and its signatures: what makes a missing or altered record show.
#pragma once

#include <span>

#include "core/base/crypto.hpp"
#include "core/delivery/event.hpp"

namespace millrace::delivery {

using Hash = Sha256;
/// hash(0): the predecessor of a stream's first record.
inline constexpr Hash kFirstPrevHash{};

/// The bytes that are hashed for the attributes: for each attribute in ascending order of its name, except
/// `prevhash`, `signature`, `keyid` and `traceparent`: name length (u8), name, value length (u16,
/// big-endian), value. Errors: invalid_input when a name is empty or over 255 bytes, or a value is over
/// 65,535 bytes.
Result<Bytes> attribute_bytes(const Attributes& attributes);
/// The inverse, strict: names strictly ascending, nothing left over. Errors: invalid_input.
Result<Attributes> parse_attribute_bytes(BytesView bytes);

/// What enters a record's hash besides the hash before it.
struct ChainInput {
  Uuid stream_id;
  uint64_t sequence = 0;
  Uuid event_id;
  BytesView attribute_bytes;
  BytesView data;
};

/// hash(n) = SHA-256(hash(n-1) ‖ stream_id ‖ sequence (u64, big-endian) ‖ event id ‖
///                   SHA-256(attribute bytes) ‖ SHA-256(data)); ids as 16 bytes.
Hash chain_hash(const Hash& previous, const ChainInput& input);

/// `sequence` in its canonical string form: 20 digits, zero-padded, so that text order is number order.
std::string sequence_text(uint64_t sequence);
/// Strict inverse. Errors: invalid_input.
Result<uint64_t> parse_sequence(std::string_view text);

/// An event read back from the wire with its evidence taken apart.
struct Evidence {
  Uuid stream_id;
  uint64_t sequence = 0;
  Uuid event_id;
  Hash prevhash{};
  Signature signature{};
  std::string key_id;
  Hash hash{};  ///< computed from the event, not taken from it
};

/// Reads `streamid`, `sequence`, `id`, `prevhash`, `signature`, `keyid` and computes the hash.
/// Errors: invalid_input naming the attribute.
Result<Evidence> read_evidence(const Event& event);
/// Whether the signature over `evidence.hash` is the key's.
bool signature_holds(const Evidence& evidence, const PublicKey& key);

}  // namespace millrace::delivery
