#include "core/delivery/evidence.hpp"

#include <fmt/format.h>

namespace millrace::delivery {
namespace {

constexpr size_t kMostNameBytes = 0xff;
constexpr size_t kMostValueBytes = 0xffff;
constexpr size_t kSequenceDigits = 20;

/// What proves the rest, or is added on the way, is not part of what is hashed.
bool is_hashed(std::string_view name) {
  return name != attr::prevhash && name != attr::signature && name != attr::keyid &&
         name != attr::traceparent;
}

std::unexpected<Error> bad_attribute(std::string_view name, std::string_view why) {
  return fail(ErrorKind::invalid_input, fmt::format("attribute '{}': {}", name, why));
}

template <size_t N>
Result<std::array<uint8_t, N>> read_fixed(const Event& event, std::string_view name) {
  const auto bytes = from_base64url(event.get(name));
  if (!bytes || bytes->size() != N)
    return bad_attribute(name, fmt::format("must be base64url of {} bytes", N));
  std::array<uint8_t, N> out{};
  std::copy(bytes->begin(), bytes->end(), out.begin());
  return out;
}

Result<Uuid> read_uuid(const Event& event, std::string_view name) {
  const auto text = event.get(name);
  const auto id = Uuid::parse(text);
  // One canonical form only: the text is hashed as an attribute, its bytes as the id.
  if (!id || id->string() != text) return bad_attribute(name, "must be a UUID of 36 lower-case characters");
  return *id;
}

}  // namespace

Result<Bytes> attribute_bytes(const Attributes& attributes) {
  Bytes out;
  for (const auto& [name, value] : attributes) {  // std::map iterates in ascending order of the bytes
    if (!is_hashed(name)) continue;
    if (name.empty() || name.size() > kMostNameBytes)
      return bad_attribute(name, "its name must have 1 to 255 bytes");
    if (value.size() > kMostValueBytes)
      return bad_attribute(name, "its value must have at most 65,535 bytes");
    out.push_back(static_cast<uint8_t>(name.size()));
    out.insert(out.end(), name.begin(), name.end());
    out.push_back(static_cast<uint8_t>(value.size() >> 8));
    out.push_back(static_cast<uint8_t>(value.size()));
    out.insert(out.end(), value.begin(), value.end());
  }
  return out;
}

Result<Attributes> parse_attribute_bytes(BytesView bytes) {
  const auto bad = [](std::string_view why) {
    return fail(ErrorKind::invalid_input, fmt::format("attribute bytes: {}", why));
  };
  Attributes out;
  std::string last;
  while (!bytes.empty()) {
    const size_t name_size = bytes[0];
    if (name_size == 0) return bad("an empty name");
    if (bytes.size() < 1 + name_size + 2) return bad("cut off inside a name");
    std::string name(as_text(bytes.subspan(1, name_size)));
    bytes = bytes.subspan(1 + name_size);
    const size_t value_size = static_cast<size_t>(bytes[0]) << 8 | bytes[1];
    if (bytes.size() < 2 + value_size) return bad("cut off inside a value");
    if (!last.empty() && name <= last) return bad("names must ascend");
    if (!is_hashed(name)) return bad("an attribute that is never hashed");
    out.emplace(name, as_text(bytes.subspan(2, value_size)));
    bytes = bytes.subspan(2 + value_size);
    last = std::move(name);
  }
  return out;
}

Hash chain_hash(const Hash& previous, const ChainInput& input) {
  std::array<uint8_t, 8> sequence{};
  for (size_t i = 0; i < sequence.size(); ++i)
    sequence[i] = static_cast<uint8_t>(input.sequence >> (8 * (7 - i)));
  return Sha256Stream()
      .add(previous)
      .add(input.stream_id.bytes)
      .add(sequence)
      .add(input.event_id.bytes)
      .add(sha256(input.attribute_bytes))
      .add(sha256(input.data))
      .finish();
}

std::string sequence_text(uint64_t sequence) {
  return fmt::format("{:020}", sequence);
}

Result<uint64_t> parse_sequence(std::string_view text) {
  const auto bad = [] { return fail(ErrorKind::invalid_input, "a sequence has 20 digits and fits 64 bits"); };
  if (text.size() != kSequenceDigits) return bad();
  uint64_t value = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') return bad();
    const auto digit = static_cast<uint64_t>(c - '0');
    if (value > (UINT64_MAX - digit) / 10) return bad();
    value = value * 10 + digit;
  }
  return value;
}

Result<Evidence> read_evidence(const Event& event) {
  Evidence evidence;
  const auto stream = read_uuid(event, attr::streamid);
  if (!stream) return std::unexpected(stream.error());
  const auto id = read_uuid(event, attr::id);
  if (!id) return std::unexpected(id.error());
  const auto sequence = parse_sequence(event.get(attr::sequence));
  if (!sequence || *sequence == 0) return bad_attribute(attr::sequence, "must be 20 digits, from 1 upward");
  const auto prevhash = read_fixed<32>(event, attr::prevhash);
  if (!prevhash) return std::unexpected(prevhash.error());
  const auto signature = read_fixed<64>(event, attr::signature);
  if (!signature) return std::unexpected(signature.error());
  evidence.key_id = event.get(attr::keyid);
  if (evidence.key_id.empty()) return bad_attribute(attr::keyid, "missing");
  evidence.stream_id = *stream;
  evidence.event_id = *id;
  evidence.sequence = *sequence;
  evidence.prevhash = *prevhash;
  evidence.signature = *signature;
  const auto attributes = attribute_bytes(event.attributes);
  if (!attributes) return std::unexpected(attributes.error());
  evidence.hash = chain_hash(evidence.prevhash, {.stream_id = evidence.stream_id,
                                                 .sequence = evidence.sequence,
                                                 .event_id = evidence.event_id,
                                                 .attribute_bytes = *attributes,
                                                 .data = event.data});
  return evidence;
}

bool signature_holds(const Evidence& evidence, const PublicKey& key) {
  return verify(key, evidence.hash, evidence.signature);
}

}  // namespace millrace::delivery
