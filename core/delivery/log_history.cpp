#include "core/delivery/log_history.hpp"

#include <algorithm>
#include <map>
#include <set>

#include "core/delivery/outbox_reader.hpp"
#include "core/delivery/outbox_row.hpp"

namespace millrace::delivery {
namespace {

/// Event → when somebody replayed it last.
std::map<Bytes, WallTime> last_replays(store::Connection& db) {
  std::map<Bytes, WallTime> replays;
  Query query(db, "SELECT event_id, max(at) FROM audit WHERE action = 'replay' GROUP BY event_id");
  while (query->step()) replays[query->bytes(0)] = wall_time(query->integer(1));
  return replays;
}

/// Stream → up to where its rows are gone, but for those that a person has not decided about.
std::map<int64_t, int64_t> prunings(store::Connection& db) {
  std::map<int64_t, int64_t> pruned;
  Query query(db, "SELECT number, pruned_through FROM stream WHERE pruned_through > 0");
  while (query->step()) pruned[query->integer(0)] = query->integer(1);
  return pruned;
}

}  // namespace

std::optional<WallTime> first_opened(store::Connection& db) {
  Query query(db, "SELECT min(opened_at) FROM stream WHERE opened_at >= ?",
              kEarliestBelievable.time_since_epoch().count());
  if (!query->step() || query->is_null(0)) return {};
  return wall_time(query->integer(0));
}

RecentLog read_recent(store::Connection& db, WallTime since, size_t most_records) {
  const auto replays = last_replays(db);
  const auto pruned = prunings(db);
  RecentLog log;
  log.complete_from = since;
  size_t read = 0;
  size_t old_in_a_row = 0;
  std::optional<WallTime> first;               // recorded, of those that stand in an unbroken row
  std::optional<std::optional<WallTime>> cut;  // when the first that was not read had its receipt
  {
    // A moved or replayed row goes on as another one.
    Query query(db,
                "SELECT recorded_at, receipted_at, state, size_bytes, stream, sequence, event_id FROM record"
                " WHERE state NOT IN ('moved', 'replayed') ORDER BY id DESC");
    while (old_in_a_row < kOldRecordsInARow && query->step()) {
      LogMoment moment;
      if (!query->is_null(1)) moment.left = wall_time(query->integer(1));
      if (read == most_records) {
        cut.emplace(moment.left);
        break;
      }
      ++read;
      moment.recorded = wall_time(query->integer(0));
      moment.received = query->text(2) == to_string(RecordState::settled);
      moment.size_bytes = static_cast<uint64_t>(query->integer(3));
      const auto replayed = replays.find(query->bytes(6));
      moment.waits_from = replayed == replays.end() ? moment.recorded : replayed->second;
      const auto gone = pruned.find(query->integer(4));
      if (gone == pruned.end() || query->integer(5) > gone->second) first = moment.recorded;
      const bool is_old = moment.recorded < since && moment.left && *moment.left < since;
      old_in_a_row = is_old ? old_in_a_row + 1 : 0;
      if (!is_old) log.moments.push_back(moment);
    }
  }
  if (cut) {
    // Receipts come in order: those of all that was not read came no later than this one.
    const auto receipts_from = *cut ? *cut : read_last_receipt(db);
    log.complete_from = std::max({since, first.value_or(since), receipts_from.value_or(since)});
    const auto backlog = read_backlog(db);
    const auto read_waiting = static_cast<uint64_t>(
        std::ranges::count_if(log.moments, [](const auto& moment) { return !moment.left; }));
    log.older_waiting = backlog.depth - std::min(backlog.depth, read_waiting);
    log.oldest_waiting = backlog.oldest.value_or(since);
  } else if (old_in_a_row < kOldRecordsInARow) {
    const auto begun = pruned.empty() ? first_opened(db) : first;
    if (begun) log.complete_from = std::max(since, *begun);
  }
  return log;
}

LogHistory history_of(const RecentLog& log, WallTime from, Millis step, size_t steps) {
  LogHistory history;
  history.recorded.resize(steps);
  history.received.resize(steps);
  const auto count = [&](std::vector<uint64_t>& in, WallTime at) {
    if (at < from) return;
    const auto place = static_cast<size_t>((at - from) / step);
    if (place < steps) ++in[place];
  };
  std::vector<LogMoment> coming;
  std::vector<LogMoment> going;
  for (const auto& moment : log.moments) {
    count(history.recorded, moment.recorded);
    if (moment.left && moment.received) count(history.received, *moment.left);
    // A clock that was set back dates a receipt before its record: how long that one waited nobody knows.
    if (moment.left && *moment.left <= moment.waits_from) continue;
    coming.push_back(moment);
    if (moment.left) going.push_back(moment);
  }
  std::ranges::sort(coming, {}, &LogMoment::waits_from);
  std::ranges::sort(going, {}, [](const LogMoment& moment) { return *moment.left; });

  std::multiset<WallTime> waiting;
  auto next = coming.begin();
  auto gone = going.begin();
  for (size_t i = 0; i < steps; ++i) {
    const auto end = from + step * static_cast<int64_t>(i + 1);
    for (; next != coming.end() && next->waits_from < end; ++next) waiting.insert(next->waits_from);
    for (; gone != going.end() && *gone->left < end; ++gone) waiting.erase(waiting.find(gone->waits_from));
    history.waiting.push_back(waiting.size() + log.older_waiting);
    const auto oldest = log.older_waiting > 0 ? log.oldest_waiting : waiting.empty() ? end : *waiting.begin();
    history.oldest_age.push_back(std::max(Millis{0}, end - oldest));
  }
  return history;
}

}  // namespace millrace::delivery
