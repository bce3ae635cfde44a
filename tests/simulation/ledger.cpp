#include "tests/simulation/ledger.hpp"

namespace millrace::simulation {

void Ledger::captured(const TruthPtr& truth) {
  truths_.emplace(truth->record->hash(), truth);
  if (truth->poison) poisoned_.insert(truth->record->event_id());
}

void Ledger::saved(const Uuid& event_id) {
  saved_.insert(event_id);
}

void Ledger::stored(const delivery::Hash& record, bool notice, bool marked) {
  const auto found = truths_.find(record);
  if (found == truths_.end()) return violated("I4", "something arrived that no disk ever had");
  const auto& truth = *found->second;
  const auto& event_id = truth.record->event_id();
  if (notice) {
    filled_.insert(event_id);
    world_.tell("sink keeps the notice of {}", truth.record->sequence());
    return;
  }
  world_.tell("sink keeps {} of stream {}", truth.record->sequence(), truth.record->stream_id().string());
  if (!arrived_.insert(event_id).second) {
    ++doubled_;
    if (!marked) violated("I2", "a record came twice without the mark of a possible duplicate");
    return;
  }
  if (const auto [as, fresh] = arrived_as_.try_emplace(truth.submission, event_id);
      !fresh && truth.submission != 0)
    violated("I2", "one submission arrived as two events");
  // Each earlier one was checked in its turn, so the one before is enough.
  if (truth.previous) {
    const auto& before = truth.previous->record->event_id();
    if (!arrived_.contains(before) && !filled_.contains(before)) {
      violated("I3", fmt::format("record {} of stream {} arrived before {} of the same session",
                                 truth.record->sequence(), truth.record->stream_id().string(),
                                 truth.previous->record->sequence()));
    }
  }
}

void Ledger::receipt(uint64_t through, uint64_t committed) {
  if (through > committed)
    violated("I6", fmt::format("a receipt for {} goes out, and {} is committed", through, committed));
}

void Ledger::settled_at_box(const Uuid& event_id) {
  if (!arrived_.contains(event_id))
    violated("I6", fmt::format("a box took {} for settled, which never arrived", event_id.string()));
}

void Ledger::parked_at_box(const Uuid& event_id) {
  parked_.insert(event_id);
  if (!poisoned_.contains(event_id)) violated("I8", "a record is parked that the sink would have taken");
  if (!filled_.contains(event_id)) violated("I8", "a record is parked, and its place is filled by nothing");
}

void Ledger::close() {
  for (const auto& event_id : saved_) {
    if (arrived_.contains(event_id) || parked_.contains(event_id) || excused_.contains(event_id)) continue;
    violated("I1", fmt::format("{} was saved, and neither arrived nor is parked", event_id.string()));
  }
}

void Ledger::violated(std::string_view invariant, std::string what) {
  world_.tell("VIOLATED {}: {}", invariant, what);
  if (violation_.empty()) violation_ = fmt::format("{}: {}", invariant, what);
}

}  // namespace millrace::simulation
