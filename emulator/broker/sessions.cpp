#include "emulator/broker/sessions.hpp"

#include "emulator/broker/behaviour.hpp"

namespace millrace::bus {

const SessionTable::Session* SessionTable::find(const std::string& id) const {
  const auto found = sessions_.find(id);
  return found == sessions_.end() ? nullptr : &found->second;
}

void SessionTable::add_available(const std::string& id, Sequence sequence) {
  const auto session = entry(id);
  unlist(session);
  session->second.available.insert(sequence);
  list_or_drop(session);
}

void SessionTable::remove_available(const std::string& id, Sequence sequence) {
  const auto session = entry(id);
  unlist(session);
  session->second.available.erase(sequence);
  list_or_drop(session);
}

void SessionTable::take(const std::string& id, Sequence sequence) {
  const auto session = entry(id);
  unlist(session);
  session->second.available.erase(sequence);
  session->second.taken.insert(sequence);
  list_or_drop(session);
}

void SessionTable::drop_taken(const std::string& id, Sequence sequence) {
  if (const auto found = sessions_.find(id); found != sessions_.end()) found->second.taken.erase(sequence);
}

std::optional<std::string> SessionTable::oldest_free() const {
  if (free_.empty()) return {};
  return free_.begin()->second;
}

std::optional<std::string> SessionTable::newest_free() const {
  if (free_.empty()) return {};
  return free_.rbegin()->second;
}

void SessionTable::lock(const std::string& id, const Lock& lock) {
  const auto session = entry(id);
  unlist(session);
  end_deadline(session);
  session->second.lock = lock;
  deadlines_.emplace(lock.until, id);
  list_or_drop(session);
}

std::vector<Sequence> SessionTable::unlock(const std::string& id) {
  const auto session = entry(id);
  unlist(session);
  end_deadline(session);
  session->second.lock.reset();
  std::vector<Sequence> returned(session->second.taken.begin(), session->second.taken.end());
  session->second.taken.clear();
  list_or_drop(session);
  return returned;
}

std::vector<std::string> SessionTable::expired(MonoTime now) const {
  std::vector<std::string> ids;
  for (const auto& [until, id] : deadlines_) {
    if (until > now) break;
    ids.push_back(id);
  }
  return ids;
}

void SessionTable::set_state(const std::string& id, std::optional<Bytes> state) {
  const auto session = entry(id);
  unlist(session);
  session->second.state = std::move(state);
  list_or_drop(session);
}

std::vector<std::string> SessionTable::ids() const {
  std::vector<std::string> ids;
  for (const auto& [id, session] : sessions_) {
    if (!session.available.empty() || !session.taken.empty() || session.state) ids.push_back(id);
  }
  return ids;
}

void SessionTable::end_deadline(Entry session) {
  const auto& lock = session->second.lock;
  if (lock) deadlines_.erase({lock->until, session->first});
}

void SessionTable::unlist(Entry session) {
  if (!session->second.available.empty()) {
    free_.erase({*session->second.available.begin(), session->first});
  }
}

void SessionTable::list_or_drop(Entry session) {
  const auto& [id, content] = *session;
  if ((!content.lock || !keeps(Behaviour::next_skips_locked)) && !content.available.empty()) {
    free_.emplace(*content.available.begin(), id);
  } else if (!content.lock && content.taken.empty() && !content.state) {
    sessions_.erase(session);
  }
}

}  // namespace millrace::bus
