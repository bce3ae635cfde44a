#include "core/delivery/inbound.hpp"

#include <utility>

#include <fmt/format.h>

namespace millrace::delivery {
namespace {

std::unexpected<Refusal> refuse(Refusal::Kind kind, std::string reason) {
  return std::unexpected(Refusal{kind, std::move(reason), std::nullopt});
}

}  // namespace

InboundRecord::InboundRecord(Event event, Evidence evidence, uint64_t base)
    : event_(std::move(event)), evidence_(std::move(evidence)), base_(base), size_bytes_(event_.data.size()) {
  for (const auto& [name, value] : event_.attributes) size_bytes_ += name.size() + value.size();
}

std::expected<RecordPtr, Refusal> InboundRecord::admit(Event event, uint64_t base, const KeyRing& keys) {
  auto evidence = read_evidence(event);
  if (!evidence) return refuse(Refusal::Kind::malformed, evidence.error().message);
  if (evidence->sequence == 0) return refuse(Refusal::Kind::malformed, "sequences count from 1");
  if (base == 0 || base > evidence->sequence) {
    return refuse(Refusal::Kind::malformed,
                  fmt::format("base {} does not fit sequence {}", base, evidence->sequence));
  }
  if (evidence->sequence == 1 && evidence->prevhash != kFirstPrevHash) {
    return refuse(Refusal::Kind::malformed, "the first record of a stream has no predecessor");
  }
  const auto key = keys.find(evidence->key_id);
  if (key == keys.end()) {
    return std::unexpected(
        Refusal{Refusal::Kind::unknown_key,
                fmt::format("record {} is signed with key {}, which is not in this box's file",
                            evidence->sequence, evidence->key_id),
                evidence->stream_id});
  }
  if (!signature_holds(*evidence, key->second)) {
    return refuse(Refusal::Kind::forged, fmt::format("the signature of record {} is not that of key {}",
                                                     evidence->sequence, evidence->key_id));
  }
  return RecordPtr(new InboundRecord(std::move(event), std::move(*evidence), base));
}

#ifdef MILLRACE_SIMULATION
RecordPtr InboundRecord::believe(Event event) {
  auto evidence = read_evidence(event).value();
  return RecordPtr(new InboundRecord(std::move(event), std::move(evidence), 1));
}
#endif

}  // namespace millrace::delivery
