#include "emulator/broker/duplicates.hpp"

#include "emulator/broker/behaviour.hpp"

namespace millrace::bus {
namespace {

// Ids leave the history in heaps, so that a quiet history costs one statement a minute and not one a message.
constexpr std::chrono::minutes kForgetEvery{1};

}  // namespace

bool DuplicateHistory::contains(const std::string& message_id, WallTime now) const {
  const auto found = until_.find(message_id);
  return found != until_.end() && (found->second > now || !keeps(Behaviour::duplicate_window));
}

void DuplicateHistory::remember(const std::string& message_id, WallTime now, Change& change) {
  const auto until = now + window_;
  restore(message_id, until);
  change.effects.emplace_back(RememberMessageId{entity_, message_id, until});
}

void DuplicateHistory::forget(WallTime now, Change& change) {
  if (by_time_.empty() || by_time_.front().first + kForgetEvery > now) return;
  while (!by_time_.empty() && by_time_.front().first <= now) {
    const auto [until, message_id] = by_time_.front();
    by_time_.pop_front();
    const auto found = until_.find(*message_id);
    if (found != until_.end() && found->second == until) until_.erase(found);
  }
  change.effects.emplace_back(ForgetMessageIds{entity_, now});
}

void DuplicateHistory::restore(const std::string& message_id, WallTime until) {
  const auto entry = until_.insert_or_assign(message_id, until).first;
  by_time_.emplace_back(until, &entry->first);
}

}  // namespace millrace::bus
