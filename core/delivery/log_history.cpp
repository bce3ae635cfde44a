#include "core/delivery/log_history.hpp"

#include <algorithm>
#include <set>

#include "core/delivery/outbox_reader.hpp"
#include "core/delivery/outbox_row.hpp"

namespace millrace::delivery {
namespace {

/// Of a log without any row: when its oldest stream was opened, or nothing.
std::optional<WallTime> first_opened(store::Connection& db) {
  Query query(db, "SELECT min(opened_at) FROM stream");
  if (!query->step() || query->is_null(0)) return {};
  return wall_time(query->integer(0));
}

bool is_pruned(store::Connection& db) {
  Query query(db, "SELECT 1 FROM stream WHERE pruned_through > 0");
  return query->step();
}

}  // namespace

RecentLog read_recent(store::Connection& db, WallTime since, size_t most_records) {
  RecentLog log;
  log.complete_from = since;
  size_t read = 0;
  size_t old_in_a_row = 0;
  std::optional<WallTime> first;
  bool all_read = false;
  {
    // A moved row goes on as another one.
    Query query(db,
                "SELECT recorded_at, receipted_at, state, size_bytes FROM record WHERE state <> 'moved'"
                " ORDER BY id DESC");
    while (true) {
      if (!query->step()) {
        all_read = true;
        break;
      }
      if (read == most_records || old_in_a_row == kOldRecordsInARow) break;
      ++read;
      LogMoment moment;
      moment.recorded = first.emplace(wall_time(query->integer(0)));
      if (!query->is_null(1)) moment.left = wall_time(query->integer(1));
      moment.received = query->text(2) == to_string(RecordState::settled);
      moment.size_bytes = static_cast<uint64_t>(query->integer(3));
      const bool is_old = moment.recorded < since && moment.left && *moment.left < since;
      old_in_a_row = is_old ? old_in_a_row + 1 : 0;
      if (!is_old) log.moments.push_back(moment);
    }
  }
  if (all_read) {
    const auto begun = is_pruned(db) ? first : first_opened(db);
    if (begun) log.complete_from = std::max(since, *begun);
  } else if (old_in_a_row < kOldRecordsInARow && first) {
    log.complete_from = std::max(since, *first);
    const auto backlog = read_backlog(db);
    const auto read_waiting = static_cast<uint64_t>(
        std::ranges::count_if(log.moments, [](const auto& moment) { return !moment.left; }));
    log.older_waiting = backlog.depth - std::min(backlog.depth, read_waiting);
    log.oldest_waiting = backlog.oldest.value_or(*first);
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
  auto by_recorded = log.moments;
  std::ranges::sort(by_recorded, {}, &LogMoment::recorded);
  std::vector<LogMoment> by_left;
  for (const auto& moment : log.moments) {
    count(history.recorded, moment.recorded);
    if (moment.left && moment.received) count(history.received, *moment.left);
    if (moment.left) by_left.push_back(moment);
  }
  std::ranges::sort(by_left, {}, [](const LogMoment& moment) { return *moment.left; });

  std::multiset<WallTime> waiting;
  auto next = by_recorded.begin();
  auto gone = by_left.begin();
  for (size_t i = 0; i < steps; ++i) {
    const auto end = from + step * static_cast<int64_t>(i + 1);
    for (; next != by_recorded.end() && next->recorded < end; ++next) waiting.insert(next->recorded);
    for (; gone != by_left.end() && *gone->left < end; ++gone) {
      // One whose receipt is dated before it was recorded never came in.
      const auto at = waiting.find(gone->recorded);
      if (at != waiting.end()) waiting.erase(at);
    }
    history.waiting.push_back(waiting.size() + log.older_waiting);
    const auto oldest = log.older_waiting > 0 ? log.oldest_waiting : waiting.empty() ? end : *waiting.begin();
    history.oldest_age.push_back(std::max(Millis{0}, end - oldest));
  }
  return history;
}

}  // namespace millrace::delivery
