#include "tests/simulation/log_model.hpp"

#include <algorithm>
#include <array>
#include <iterator>

namespace millrace::simulation {
namespace {

using delivery::RecordState;
namespace attr = delivery::attr;

/// 64 bytes in base64url.
constexpr auto kNoSignature =
    "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

Uuid uuid(WallTime now, Random& random) {
  std::array<uint8_t, 10> bytes{};
  for (auto& byte : bytes) byte = static_cast<uint8_t>(random.next());
  return Uuid::v7(now, bytes);
}

}  // namespace

bool LogModel::append(const Draft& draft, Random& random, Ledger& ledger) {
  if (is_recorded(draft.event_id)) return false;
  if (position_.stream_id.is_nil()) open(draft.recorded, random);
  put(draft, ledger);
  return true;
}

void LogModel::open(WallTime now, Random& random) {
  position_ = {};
  position_.stream_id = uuid(now, random);
  rows_.clear();
}

void LogModel::put(const Draft& draft, Ledger& ledger) {
  delivery::Event event;
  const auto set = [&](std::string_view name, std::string value) {
    event.attributes[std::string(name)] = std::move(value);
  };
  const auto sequence = position_.last_sequence + 1;
  set(attr::specversion, "1.0");
  set(attr::id, draft.event_id.string());
  set(attr::source, "/sites/sim/edges/box");
  set(attr::type, "millrace.test.completed.v1");
  set(attr::partitionkey, fmt::format("operator:op-{}", draft.session));
  set(attr::recordedtime, rfc3339(draft.recorded));
  set(attr::clockstate, std::string(to_string(draft.clock_state)));
  set(attr::streamid, position_.stream_id.string());
  set(attr::sequence, delivery::sequence_text(sequence));
  if (!draft.replayof.empty()) set(attr::replayof, draft.replayof);
  event.data.assign(draft.event_id.bytes.begin(), draft.event_id.bytes.end());

  const auto attributes = delivery::attribute_bytes(event.attributes).value();
  const auto hash = delivery::chain_hash(
      position_.last_hash, {position_.stream_id, sequence, draft.event_id, attributes, event.data});
  set(attr::prevhash, base64url(position_.last_hash));
  set(attr::signature, std::string(kNoSignature));
  set(attr::keyid, "0123456789abcdef");
  auto record = delivery::InboundRecord::believe(std::move(event));

  auto truth = std::make_shared<const Truth>(
      Truth{std::move(record), draft.submission, draft.session, draft.poison, draft.notice_poison});
  ledger.captured(truth);
  recorded_[draft.event_id] = draft.recorded;
  rows_.push_back({std::move(truth)});
  position_.last_sequence = sequence;
  position_.last_hash = hash;
}

std::optional<LogModel::Changed> LogModel::settle(const Uuid& stream_id, uint64_t through,
                                                  const delivery::Hash& hash,
                                                  const std::vector<delivery::Parking>& parkings) {
  if (position_.stream_id != stream_id || through > position_.last_sequence) return std::nullopt;
  if (hash_at(through) != hash) return std::nullopt;
  Changed changed;
  for (const auto& parking : parkings) {
    if (parking.sequence == 0 || parking.sequence > rows_.size()) continue;
    auto& row = rows_[parking.sequence - 1];
    if (row.state != RecordState::pending || row.truth->record->event_id() != parking.event_id) continue;
    row.state = RecordState::parked;
    changed.parked.push_back(row.truth);
    changed.parkings.push_back(parking);
  }
  for (auto sequence = position_.settled_through + 1; sequence <= through; ++sequence) {
    auto& row = rows_[sequence - 1];
    if (row.state != RecordState::pending) continue;
    row.state = RecordState::settled;
    changed.settled.push_back(row.truth);
  }
  position_.settled_through = std::max(position_.settled_through, through);
  changed.through = position_.settled_through;
  return changed;
}

namespace {

/// The record as it was, to stand in another place.
Draft again(const Truth& truth) {
  const auto& event = truth.record->event();
  return {truth.record->event_id(),
          truth.submission,
          truth.session,
          truth.poison,
          truth.notice_poison,
          parse_rfc3339(event.get(attr::recordedtime)).value(),
          event.get(attr::clockstate) == "synced" ? ClockState::synced : ClockState::untrusted,
          std::string(event.get(attr::replayof))};
}

}  // namespace

LogModel::Row* LogModel::decidable(uint64_t sequence) {
  if (sequence == 0 || sequence > position_.settled_through) return nullptr;
  auto& row = rows_[sequence - 1];
  return row.state == RecordState::parked ? &row : nullptr;
}

TruthPtr LogModel::replay(uint64_t sequence, bool mended, Ledger& ledger) {
  auto* row = decidable(sequence);
  if (row == nullptr) return nullptr;
  row->state = RecordState::replayed;
  auto truth = row->truth;  // `put` moves the rows
  auto draft = again(*truth);
  draft.replayof = fmt::format("{}/{}", position_.stream_id.string(), sequence);
  if (mended) draft.poison = draft.notice_poison = false;
  put(draft, ledger);
  return truth;
}

TruthPtr LogModel::discard(uint64_t sequence) {
  auto* row = decidable(sequence);
  if (row == nullptr) return nullptr;
  row->state = RecordState::discarded;
  return row->truth;
}

void LogModel::open_new_stream(const Draft& opening, Random& random, Ledger& ledger) {
  left_aside_ = aside();
  const auto old = std::move(rows_);
  const auto settled = position_.settled_through;
  open(opening.recorded, random);
  put(opening, ledger);
  for (auto sequence = settled + 1; sequence <= old.size(); ++sequence) {
    const auto& row = old[sequence - 1];
    if (row.state != RecordState::pending) continue;
    put(again(*row.truth), ledger);
  }
}

std::vector<LogModel::Row> LogModel::aside() const {
  auto all = left_aside_;
  std::ranges::copy_if(rows_, std::back_inserter(all), [](const Row& row) {
    return row.state == RecordState::parked || row.state == RecordState::replayed ||
           row.state == RecordState::discarded;
  });
  return all;
}

std::optional<delivery::Hash> LogModel::hash_at(uint64_t sequence) const {
  if (sequence == 0) return delivery::kFirstPrevHash;
  if (sequence > rows_.size()) return std::nullopt;
  return row(sequence).truth->record->hash();
}

}  // namespace millrace::simulation
