#include "tests/ledger/facts.hpp"

#include <algorithm>

namespace millrace::ledger {

bool Event::in_sight() const {
  return std::ranges::any_of(aside, [](const auto& row) { return row.state != Aside::State::replayed; });
}

const Record* Event::at(const Place& place) const {
  const auto* record = records;
  while (record != nullptr && record->place != place) record = record->other_of_event;
  return record;
}

const Event::Aside* Event::aside_at(const Row& row) const {
  for (const auto& one : aside) {
    if (one.box == row.box && one.place == row.place) return &one;
  }
  return nullptr;
}

const Record* Facts::record(const Sha256& hash) const {
  const auto found = record_by_hash_.find(hash);
  return found == record_by_hash_.end() ? nullptr : found->second;
}

const Event* Facts::event(const Uuid& id) const {
  const auto found = event_by_id_.find(id);
  return found == event_by_id_.end() ? nullptr : found->second;
}

Event& Facts::known(const Uuid& id) {
  auto& event = event_by_id_[id];
  if (event == nullptr) {
    event = &events_.emplace_back();
    event->id = id;
  }
  return *event;
}

void Facts::take(const Answered& entry) {
  if (!entry.saved || !entry.event_id) return;
  auto& event = known(*entry.event_id);
  if (event.saved_line == 0) {
    event.saved_line = line_;
    event.saved_as = entry.place;
  }
  auto& submission = submissions_[entry.submission];
  submission.event = &event;
  if (submission.excused) event.excused = true;
}

void Facts::take(const Captured& entry) {
  auto& event = known(entry.event_id);
  // It is on a disk again, so it is in the promise again.
  event.excused = false;
  auto& record = record_by_hash_[entry.hash];
  if (record != nullptr) return;  // a clone, or a box that was looked at twice
  record = &records_.emplace_back();
  record->line = line_;
  record->place = entry.place;
  record->session = entry.session;
  record->event = &event;
  record->turn = &turn_of(event, entry.replayof);
  record->other_of_event = event.records;
  event.records = record;
  if (const auto* before = this->record(entry.prevhash); before != nullptr) {
    if (before->place == Place{entry.place.stream, entry.place.sequence - 1}) record->before = before;
  }
  // By the chain and not by the sequence: a cloned disk goes on twice in one stream.
  const auto* before = record->before;
  while (before != nullptr && before->session != entry.session) before = before->before;
  record->before_in_session = before;
  if (entry.submission) {
    record->submission = &submissions_[*entry.submission];
    record->submission->event = &event;
  }
}

Turn& Facts::turn_of(Event& event, const std::optional<Place>& replayof) {
  if (!replayof) return event.first;
  const auto found = std::ranges::find(event.replays, replayof, &Turn::replayof);
  return found != event.replays.end() ? *found : event.replays.emplace_back(Turn{replayof});
}

void Facts::take(const Excused& entry) {
  if (entry.event_id) known(*entry.event_id).excused = true;
  if (!entry.submission) return;
  auto& submission = submissions_[*entry.submission];
  submission.excused = true;
  if (submission.event != nullptr) submission.event->excused = true;
}

void Facts::take(const Received& entry) {
  const auto found = record_by_hash_.find(entry.hash);
  if (found == record_by_hash_.end()) return;
  const auto& record = *found->second;
  if (entry.notice) {
    record.turn->filled = true;
    return;
  }
  if (record.event->arrived()) {
    ++doubled_;
    return;
  }
  record.event->arrived_line = line_;
  ++arrived_;
  if (record.submission != nullptr && record.submission->arrived_as == nullptr)
    record.submission->arrived_as = record.event;
}

void Facts::take(const NoticeRefused& entry) {
  auto& event = known(entry.event_id);
  if (entry.place) {
    if (const auto* record = event.at(*entry.place); record != nullptr) record->turn->filled = true;
    return;
  }
  event.first.filled = true;
  for (auto& turn : event.replays) turn.filled = true;
}

void Facts::take(const Restored& entry) {
  for (auto& event : events_) {
    std::erase_if(event.aside, [&](const auto& one) { return one.box == entry.box; });
  }
}

void Facts::set_aside(const Row& row, Event::Aside::State state) {
  auto& event = known(row.event_id);
  const auto same = [&](const auto& one) { return one.box == row.box && one.place == row.place; };
  const auto found = std::ranges::find_if(event.aside, same);
  if (found != event.aside.end()) {
    found->state = state;
  } else {
    event.aside.push_back({row.box, row.place, state});
  }
}

}  // namespace millrace::ledger
