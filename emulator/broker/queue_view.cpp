// What a queue holds, for people who look at it.
#include "emulator/broker/queue.hpp"

namespace millrace::bus {

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
