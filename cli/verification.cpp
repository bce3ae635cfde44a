#include "cli/verification.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "millrace/events/v1/stream.pb.h"

namespace millrace::cli {

using delivery::Event;
using delivery::Hash;
namespace attr = delivery::attr;
namespace wire = millrace::events::v1;

namespace {

constexpr std::string_view kWithheldType = "millrace.event.withheld.v1";

template <class Array>
bool fill(Array& out, const std::string& bytes) {
  if (bytes.size() != out.size()) return false;
  std::ranges::copy(bytes, out.begin());
  return true;
}

template <class Message>
bool parse(Message& message, const Event& event) {
  return message.ParseFromArray(event.data.data(), static_cast<int>(event.data.size()));
}

std::string place_of(const Uuid& stream, uint64_t sequence) {
  return fmt::format("stream {} record {}", stream.string(), sequence);
}

}  // namespace

Verification::Verification(const std::vector<PublicKey>& keys) {
  for (const auto& key : keys) keys_.emplace(SigningKey::key_id(key), key);
}

void Verification::begins_behind(const Uuid& stream, uint64_t sequence, const Hash& hash) {
  streams_[stream].begin = Vouched{sequence, hash, "where the log begins"};
}

void Verification::ends_with(const Uuid& stream, uint64_t sequence, const Hash& hash) {
  streams_[stream].vouched.push_back({sequence, hash, "the log's own end"});
}

void Verification::add(const Event& event, const std::string& place) {
  if (event.get(attr::type) == kWithheldType) return add_notice(event, place);
  if (event.get(attr::streamid).empty()) {
    ++others_;
    return;
  }
  const auto evidence = delivery::read_evidence(event);
  if (!evidence) return fault(place, evidence.error().message);
  const auto where = fmt::format("{}, {}", place, place_of(evidence->stream_id, evidence->sequence));
  const auto key = keys_.find(evidence->key_id);
  if (key == keys_.end())
    return fault(where, fmt::format("signed by the key {}, which was not given", evidence->key_id));
  if (!delivery::signature_holds(*evidence, key->second))
    return fault(where, "the signature does not hold: its content, its place or its signature was altered");

  auto& places = streams_[evidence->stream_id].places;
  const auto [at, is_new] = places.try_emplace(evidence->sequence, Place{evidence->hash, evidence->prevhash});
  if (!is_new) {
    if (at->second.hash != evidence->hash) return fault(where, "another record stands in the same place");
    if (at->second.previous) ++copies_;
    at->second.previous = evidence->prevhash;
  }
  if (event.get(attr::type) == delivery::kCheckpointType) add_checkpoint(event, where);
}

void Verification::add_notice(const Event& event, const std::string& place) {
  wire::EventWithheld withheld;
  Uuid stream;
  Place filled;
  if (!parse(withheld, event) || !fill(stream.bytes, withheld.stream_id()) ||
      !fill(filled.hash, withheld.hash()) || withheld.sequence() == 0)
    return fault(place, "it is no EventWithheld");
  const auto [at, is_new] = streams_[stream].places.try_emplace(withheld.sequence(), filled);
  if (!is_new && at->second.hash != filled.hash)
    fault(fmt::format("{}, {}", place, place_of(stream, withheld.sequence())),
          "the notice is about another record than the one in this place");
}

void Verification::add_checkpoint(const Event& event, const std::string& place) {
  wire::StreamCheckpoint checkpoint;
  Vouched own{0, {}, place};
  Uuid stream;
  if (!parse(checkpoint, event) || !fill(stream.bytes, checkpoint.stream_id()))
    return fault(place, "it is no StreamCheckpoint");
  own.sequence = checkpoint.sequence();
  if (own.sequence > 0) {
    if (!fill(own.hash, checkpoint.hash())) return fault(place, "it is no StreamCheckpoint");
    streams_[stream].vouched.push_back(own);
  }
  if (checkpoint.previous_stream_id().empty() || checkpoint.previous_sequence() == 0) return;
  Vouched before{checkpoint.previous_sequence(), {}, place};
  if (!fill(stream.bytes, checkpoint.previous_stream_id()) || !fill(before.hash, checkpoint.previous_hash()))
    return fault(place, "it is no StreamCheckpoint");
  streams_[stream].vouched.push_back(before);
}

void Verification::look_at(const Uuid& id, const Stream& stream, Verified& out) {
  const auto begin = stream.begin ? stream.begin->sequence : uint64_t{0};
  std::optional<std::pair<uint64_t, Hash>> before;
  if (stream.begin) before.emplace(begin, stream.begin->hash);
  if (!before && !stream.places.empty() && stream.places.begin()->first == 1)
    before.emplace(0, delivery::kFirstPrevHash);
  for (const auto& [sequence, place] : stream.places) {
    if (place.previous) {
      ++out.records;
    } else {
      ++out.notices;
    }
    if (sequence <= begin) continue;  // one that outlived its neighbours
    if (before && sequence != before->first + 1) {
      fault(place_of(id, before->first + 1),
            fmt::format("missing: {} to {} are not there", before->first + 1, sequence - 1));
    } else if (before && place.previous && *place.previous != before->second) {
      fault(place_of(id, sequence), "it does not continue the record before it: the chain is broken");
    }
    before.emplace(sequence, place.hash);
  }
  const auto last = before ? before->first : begin;
  for (const auto& vouched : stream.vouched) {
    const auto at = stream.places.find(vouched.sequence);
    if (at != stream.places.end() && at->second.hash != vouched.hash) {
      fault(place_of(id, vouched.sequence), fmt::format("it is not the one that {} vouches for", vouched.by));
    } else if (vouched.sequence > last && !stream.places.empty()) {
      fault(place_of(id, last + 1),
            fmt::format("missing: {} vouches for everything up to {}", vouched.by, vouched.sequence));
    }
  }
  if (!stream.places.empty()) out.streams.push_back({id, stream.places.begin()->first, last});
}

Verified Verification::finish() {
  Verified out;
  for (const auto& [id, stream] : streams_) look_at(id, stream, out);
  out.copies = copies_;
  out.others = others_;
  out.faults = std::move(faults_);
  return out;
}

}  // namespace millrace::cli
