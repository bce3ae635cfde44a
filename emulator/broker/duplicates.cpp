#include "emulator/broker/duplicates.hpp"

#include <utility>

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
  if (by_end_.empty() || by_end_.begin()->first + kForgetEvery > now) return;
  while (!by_end_.empty() && by_end_.begin()->first <= now) {
    const auto* message_id = by_end_.begin()->second;
    by_end_.erase(by_end_.begin());
    until_.erase(until_.find(*message_id));  // not by its key, which goes with it
  }
  change.effects.emplace_back(ForgetMessageIds{entity_, now});
}

void DuplicateHistory::restore(const std::string& message_id, WallTime until) {
  const auto [entry, is_new] = until_.try_emplace(message_id, until);
  if (!is_new) by_end_.erase({std::exchange(entry->second, until), &entry->first});
  by_end_.emplace(until, &entry->first);
}

}  // namespace millrace::bus
