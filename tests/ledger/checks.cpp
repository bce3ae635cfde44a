#include "tests/ledger/checks.hpp"

#include <algorithm>

namespace millrace::ledger {
namespace {

constexpr int kConflict = 409;
constexpr int kUnavailable = 503;
constexpr int kNoSpace = 507;
constexpr int kServerErrors = 500;

std::string text(const Place& place) {
  return fmt::format("{} of stream {}", place.sequence, place.stream.string());
}

bool is_filled(const Record& record) {
  return record.event->arrived() || record.turn->filled;
}

bool is_accounted_for(const Event& event) {
  return event.arrived() || event.in_sight() || event.excused;
}

bool holds(const std::vector<Sha256>& bodies, const Sha256& body) {
  return std::ranges::find(bodies, body) != bodies.end();
}

}  // namespace

void NothingLost::see(const End& /*end*/) {
  for (const auto& event : facts().events()) {
    if (event.saved_line == 0) continue;
    look();
    if (!is_accounted_for(event))
      violated_at(event.saved_line, "{} was saved, and neither arrived nor is in sight", event.id.string());
  }
}

void SeenOnce::see(const Received& entry) {
  const auto* record = facts().record(entry.hash);
  if (entry.notice || record == nullptr) return;
  look();
  if (record->event->arrived()) {
    if (!entry.marked)
      violated("{} came again without the mark of a possible duplicate, first on line {}",
               entry.event_id.string(), record->event->arrived_line);
  } else if (record->submission != nullptr && record->submission->arrived_as != nullptr) {
    violated("one submission arrived as two events, {} and {}", record->submission->arrived_as->id.string(),
             entry.event_id.string());
  }
}

void InOrder::see(const Received& entry) {
  const auto* record = facts().record(entry.hash);
  if (record == nullptr || record->event->arrived()) return;
  if (entry.notice && record->turn->filled) return;
  // Each earlier one was checked in its turn, so the one before is enough.
  const auto* before = record->before_in_session;
  if (before == nullptr) return;
  look();
  if (!is_filled(*before))
    violated("{} {} arrived before {} of the same session", entry.notice ? "the notice of record" : "record",
             text(record->place), before->place.sequence);
}

void NothingInvented::see(const Received& entry) {
  look();
  const auto* record = facts().record(entry.hash);
  if (record == nullptr)
    return violated("{} ({}) arrived, and is on no disk", text(entry.place), entry.event_id.string());
  if (record->place != entry.place || record->event->id != entry.event_id || record->session != entry.session)
    violated("{} ({}) arrived with the hash of record {} ({})", text(entry.place), entry.event_id.string(),
             text(record->place), record->event->id.string());
  if (!entry.data_equal)
    violated("{} ({}) arrived with other bytes than the box has", text(entry.place), entry.event_id.string());
}

void SameAnswer::see(const Invoked& entry) {
  auto& asked = told_[entry.submission].asked;
  if (!holds(asked, entry.body)) asked.push_back(entry.body);
}

void SameAnswer::see(const Answered& entry) {
  auto& told = told_[entry.submission];
  const auto key = entry.submission.string();
  if (!holds(told.asked, entry.body)) {
    look();
    return violated("submission {}: an answer to what nobody asked", key);
  }
  if (entry.saved && told.saved) return compare(*told.saved, entry);
  if (entry.saved) {
    told.saved = entry;
    if (holds(told.refused, entry.body))
      violated("submission {} was refused for its key before, and is saved now", key);
  } else if (entry.status == kConflict && (entry.reason.empty() || entry.reason == "key-reused")) {
    look();
    told.refused.push_back(entry.body);
    if (told.asked.size() == 1)
      violated("submission {} was refused for its key, which nothing else has used", key);
    else if (told.saved && told.saved->body == entry.body)
      violated("submission {} was saved, and is refused for its key now", key);
  }
}

void SameAnswer::compare(const Answered& first, const Answered& now) {
  look();
  const auto key = now.submission.string();
  if (now.body != first.body)
    return violated("submission {} was saved with one body, and is with another", key);
  if (first.event_id && now.event_id && first.event_id != now.event_id)
    return violated("submission {} was event {}, and is {} now", key, first.event_id->string(),
                    now.event_id->string());
  const auto* event = now.event_id ? facts().event(*now.event_id) : nullptr;
  const bool lost = event != nullptr && event->excused;  // what is recorded anew has a new place
  if (!lost && first.place && now.place && first.place != now.place)
    return violated("submission {} was record {}, and is {} now", key, text(*first.place), text(*now.place));
  if (first.answer && now.answer && first.answer != now.answer)
    violated("submission {} got another answer than before", key);
}

void ReceiptLast::see(const Receipt& entry) {
  look();
  if (entry.through > entry.committed)
    violated("a receipt for {} goes out, and {} is committed", text({entry.stream, entry.through}),
             entry.committed);
}

void ReceiptLast::see(const Settled& entry) {
  look();
  const auto* event = facts().event(entry.event_id);
  if (event == nullptr || !event->arrived())
    violated("a box took {} ({}) for settled, which never arrived", text(entry.place),
             entry.event_id.string());
}

void Recovered::see(const Captured& entry) {
  look();
  if (entry.place.sequence == 1 && entry.prevhash == Sha256{}) return;
  const auto* before = facts().record(entry.prevhash);
  if (before == nullptr || before->place != Place{entry.place.stream, entry.place.sequence - 1})
    violated("record {} ({}) does not continue the chain of its stream", text(entry.place),
             entry.event_id.string());
}

void Recovered::see(const Unhealthy& entry) {
  look();
  violated("{}", entry.what);
}

void Recovered::see(const End& /*end*/) {
  for (const auto& event : facts().events()) {
    if (event.saved_line == 0) continue;
    look();
    if (!event.captured() && !event.excused)
      violated_at(event.saved_line, "{} was saved, and is on no disk", event.id.string());
    if (event.captured() && !event.excused && event.saved_as && event.at(*event.saved_as) == nullptr)
      violated_at(event.saved_line, "{} was saved as record {}, and no disk has it there", event.id.string(),
                  text(*event.saved_as));
  }
}

void ParkedForGood::see(const Parked& entry) {
  look();
  const auto id = entry.event_id.string();
  const auto* event = facts().event(entry.event_id);
  const auto* record = event == nullptr ? nullptr : event->at(entry.place);
  if (record == nullptr) return violated("{} is parked as {}, where no disk has it", id, text(entry.place));
  if (!event->refusable) violated("{} is parked, and the sink would have taken it", id);
  if (!record->turn->filled)
    violated("{} is parked, and its place {} is filled by nothing", id, text(entry.place));
  if (entry.reason.empty()) violated("{} is parked without a reason", id);
  if (!entry.alarm) violated("{} is parked, and nobody is told", id);
  if (!entry.kept) violated("{} is parked, and its payload is gone", id);
}

void ParkedForGood::see(const Settled& entry) {
  const auto* event = facts().event(entry.event_id);
  if (event != nullptr && event->aside_at(entry) != nullptr)
    violated("{} stands aside at {}, and is settled there now", entry.event_id.string(), text(entry.place));
}

void ParkedForGood::see(const Replayed& entry) {
  look();
  const auto* event = facts().event(entry.event_id);
  const auto* row = event == nullptr ? nullptr : event->aside_at(entry);
  if (row == nullptr || row->state != Event::Aside::State::parked)
    violated("{} is replayed from {}, where it was not parked", entry.event_id.string(), text(entry.place));
}

void ParkedForGood::see(const Discarded& entry) {
  look();
  const auto* event = facts().event(entry.event_id);
  const auto* row = event == nullptr ? nullptr : event->aside_at(entry);
  if (row == nullptr || row->state != Event::Aside::State::parked)
    violated("{} is discarded at {}, where it was not parked", entry.event_id.string(), text(entry.place));
  if (entry.why.empty()) violated("{} is discarded without a reason", entry.event_id.string());
}

void ParkedForGood::see(const End& /*end*/) {
  if (!facts().drained()) return;
  for (const auto& record : facts().records()) {
    const auto* before = record.before_in_session;
    if (before == nullptr || before->event->aside.empty() || is_accounted_for(*record.event)) continue;
    violated_at(record.line, "record {} ({}) waits for ever behind one that is parked", text(record.place),
                record.event->id.string());
  }
  for (const auto& event : facts().events()) {
    for (const auto& row : event.aside) {
      if (row.state != Event::Aside::State::replayed || event.excused) continue;
      if (std::ranges::find(event.replays, row.place, &Turn::replayof) == event.replays.end())
        violated("{} is replayed from {}, and recorded nowhere again", event.id.string(), text(row.place));
    }
  }
}

void Drains::see(const Drained& entry) {
  if (!entry.within_ms) {
    violated("the faults are over, and it does not drain within {} ms", entry.bound_ms);
  } else if (*entry.within_ms > entry.bound_ms) {
    violated("it drained in {} ms; the bound is {} ms", *entry.within_ms, entry.bound_ms);
  }
}

void Drains::see(const End& /*end*/) {
  if (facts().drained()) look();
}

void Bounded::see(const Measured& entry) {
  look();
  if (entry.value > entry.bound)
    violated("{} holds {} {}; the bound is {}", entry.part, entry.value, entry.what, entry.bound);
}

void Bounded::see(const Answered& entry) {
  if (entry.saved && entry.status / 100 != 2) {
    look();
    violated("submission {} was told saved with status {}", entry.submission.string(), entry.status);
  }
  if (entry.status < kServerErrors) return;
  look();
  if (entry.status != kUnavailable && entry.status != kNoSpace)
    violated("submission {} was refused with status {}", entry.submission.string(), entry.status);
}

void NothingLeaks::see(const Scanned& entry) {
  if (entry.canaries > 0) look();
}

void NothingLeaks::see(const Leak& entry) {
  look();
  violated("a secret stands in {}", entry.where);
}

void Reconciled::compare(std::string_view whose, const std::optional<uint64_t>& counted, uint64_t shown) {
  if (!counted) return;
  look();
  if (*counted != shown)
    violated_at(counts_->first, "{} counted {}; the history shows {}", whose, *counted, shown);
}

void Reconciled::see(const End& /*end*/) {
  uint64_t answered = 0;
  uint64_t outcomes = 0;
  for (const auto& event : facts().events()) {
    if (event.saved_line != 0) ++answered;
    if (event.captured() && event.records->submission != nullptr) ++outcomes;
    if (!facts().drained() || !event.captured()) continue;
    look();
    if (!is_accounted_for(event))
      violated_at(event.records->line, "{} is on a disk, and neither arrived nor is in sight",
                  event.id.string());
  }
  if (!counts_) return;
  compare("the kiosks' answers", counts_->second.answered, answered);
  compare("the boxes' outcomes", counts_->second.outcomes, outcomes);
  compare("the boxes' records", counts_->second.records, facts().records().size());
  compare("the sink's events", counts_->second.received_distinct, facts().arrived());
}

}  // namespace millrace::ledger
