// What a queue holds, for those who look at it and take nothing.
#include <algorithm>

#include "emulator/broker/behaviour.hpp"
#include "emulator/broker/queue.hpp"

namespace millrace::bus {

std::vector<const Message*> Queue::peek(Sequence from, size_t count,
                                        const std::optional<std::string>& session_id) const {
  std::vector<const Message*> found;
  if (!keeps(Behaviour::peek_from_number)) from = 0;
  for (auto at = messages_.lower_bound(from); at != messages_.end() && found.size() < count; ++at) {
    if (at->second.lock && !keeps(Behaviour::peek_locked)) continue;
    const auto state = at->second.message.state;
    if (state == MessageState::deferred && !keeps(Behaviour::peek_deferred)) continue;
    if (state == MessageState::scheduled && !keeps(Behaviour::peek_scheduled)) continue;
    if (!session_id || at->second.message.session_id == *session_id || !keeps(Behaviour::peek_session))
      found.push_back(&at->second.message);
  }
  return found;
}

size_t Queue::in_state(MessageState state) const {
  return static_cast<size_t>(
      std::ranges::count_if(messages_, [&](const auto& at) { return at.second.message.state == state; }));
}

std::vector<Queue::MessageView> Queue::view(size_t most) const {
  std::vector<MessageView> views;
  for (const auto& [sequence, entry] : messages_) {
    if (views.size() == most) break;
    views.push_back({&entry.message, {}});
    if (entry.lock) views.back().locked_until = entry.lock->until_wall;
  }
  return views;
}

std::vector<Queue::SessionView> Queue::view_sessions() const {
  std::vector<SessionView> views;
  for (const auto& [id, session] : sessions_.all()) {
    views.push_back({id, session.available.size() + session.taken.size(), {}, session.state.has_value()});
    if (session.lock) views.back().locked_until = session.lock->until_wall;
  }
  return views;
}

}  // namespace millrace::bus
