// A box's stream made by hand: well-signed records with the chain between them, for tests of the relay's
// side.
#pragma once

#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "core/delivery/inbound.hpp"

namespace millrace::delivery::testing {

inline SigningKey key_from(uint8_t seed) {
  std::array<uint8_t, 32> bytes{};
  bytes.fill(seed);
  return SigningKey::from_seed(bytes);
}

inline Uuid uuid_from(uint8_t kind, uint64_t number) {
  Uuid id;
  id.bytes[0] = kind;
  id.bytes[6] = 0x70;
  id.bytes[8] = 0x80;
  for (int at = 0; at < 6; ++at) id.bytes[15 - at] = static_cast<uint8_t>(number >> (8 * at));
  return id;
}

class Chain {
 public:
  explicit Chain(uint8_t stream = 1, uint8_t key = 7)
      : stream_(uuid_from(0x01, stream)), key_(key_from(key)) {}

  const Uuid& stream_id() const { return stream_; }
  KeyRing keys() const { return {{key_.key_id(), key_.public_key()}}; }
  Hash hash(uint64_t sequence) const { return sequence == 0 ? kFirstPrevHash : hashes_.at(sequence - 1); }
  uint64_t last() const { return events_.size(); }

  /// The next event of the stream, signed. `variant` makes another event of it.
  const Event& append(const std::string& session = "operator:op-1", size_t data_bytes = 16,
                      uint8_t variant = 0, const std::string& type = "millrace.test.completed.v1",
                      const std::string& replayof = {}) {
    const auto sequence = events_.size() + 1;
    Event event;
    const auto set = [&](std::string_view name, std::string value) {
      event.attributes[std::string(name)] = std::move(value);
    };
    set(attr::specversion, "1.0");
    set(attr::id, uuid_from(0xee, sequence * 256 + variant).string());
    set(attr::source, "/sites/demo/edges/box-1");
    set(attr::type, type);
    set(attr::datacontenttype, "application/protobuf");
    set(attr::dataschema, "millrace.events.v1.TestCompleted");
    set(attr::time, "2026-01-05T06:00:00.000Z");
    set(attr::recordedtime, "2026-01-05T06:00:00.000Z");
    set(attr::clockstate, "synced");
    set(attr::partitionkey, session);
    set(attr::streamid, stream_.string());
    set(attr::sequence, sequence_text(sequence));
    if (!replayof.empty()) set(attr::replayof, replayof);
    event.data.assign(data_bytes, static_cast<uint8_t>(sequence));
    const auto bytes = attribute_bytes(event.attributes).value();
    const auto id = Uuid::parse(event.get(attr::id)).value();
    const auto previous = hash(sequence - 1);
    const auto own = chain_hash(previous, {stream_, sequence, id, bytes, event.data});
    set(attr::prevhash, base64url(previous));
    set(attr::signature, base64url(key_.sign(own)));
    set(attr::keyid, key_.key_id());
    hashes_.push_back(own);
    events_.push_back(std::move(event));
    return events_.back();
  }
  void append(int count) {
    for (int left = count; left > 0; --left) append();
  }

  const Event& event(uint64_t sequence) const { return events_.at(sequence - 1); }
  /// The record as the relay takes it in when the box's base is `base`.
  RecordPtr record(uint64_t sequence, uint64_t base = 1) const {
    auto record = InboundRecord::admit(event(sequence), base, keys());
    if (!record) throw std::logic_error(record.error().reason);
    return *record;
  }
  /// The same stream up to `sequence`, as a copied disk or a restored backup has it.
  Chain copy_up_to(uint64_t sequence, uint8_t key = 7) const {
    Chain copy(0, key);
    copy.stream_ = stream_;
    copy.events_.assign(events_.begin(), events_.begin() + static_cast<std::ptrdiff_t>(sequence));
    copy.hashes_.assign(hashes_.begin(), hashes_.begin() + static_cast<std::ptrdiff_t>(sequence));
    return copy;
  }

 private:
  Uuid stream_;
  SigningKey key_;
  std::vector<Event> events_;
  std::vector<Hash> hashes_;
};

}  // namespace millrace::delivery::testing
