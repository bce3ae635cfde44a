// What a queue gives to receivers.
#include <set>
#include <utility>

#include <fmt/format.h>

#include "emulator/broker/behaviour.hpp"
#include "emulator/broker/queue.hpp"

namespace millrace::bus {

std::optional<Sequence> Queue::first_available(ReceiverId receiver, const std::string* session_id) const {
  if (!settings_.requires_session) {
    if (available_.empty()) return {};
    return keeps(Behaviour::first_in_first_out) ? *available_.begin() : *available_.rbegin();
  }
  if (session_id == nullptr || !holds_session(*session_id, receiver)) return {};
  const auto* session = sessions_.find(*session_id);
  if (session->available.empty()) return {};
  return keeps(Behaviour::first_in_first_out) ? *session->available.begin() : *session->available.rbegin();
}

std::optional<Delivery> Queue::take(ReceiverId receiver, const std::string* session_id, Moment now) {
  touch(now.wall);
  const auto sequence = first_available(receiver, session_id);
  if (!sequence) return {};
  auto& entry = messages_.find(*sequence)->second;
  if (keeps(Behaviour::exclusive_locks)) make_unavailable(entry);
  if (!keeps(Behaviour::locked_lives_on) && entry.message.expires)
    expiries_.emplace(*entry.message.expires, *sequence);
  return lock(entry, now);
}

std::optional<Delivery> Queue::take_and_delete(ReceiverId receiver, const std::string* session_id, Moment now,
                                               Change& change) {
  touch(now.wall);
  const auto sequence = first_available(receiver, session_id);
  if (!sequence) return {};
  const auto entry = messages_.find(*sequence);
  make_unavailable(entry->second);
  Delivery delivery{entry->second.message, {}, {}};
  if (keeps(Behaviour::receive_deletes)) {
    erase(entry, change);
  } else {
    make_available(entry->second);
  }
  return delivery;
}

Answer<std::vector<Delivery>> Queue::take_deferred(const std::vector<Sequence>& sequences,
                                                   const std::optional<SessionUse>& session, bool and_delete,
                                                   Moment now, Change& change) {
  if (settings_.requires_session) {
    if (!session) return refuse(Reason::argument, "The session id is missing.");
    if (const auto held = require_session_lock(session->session_id, session->receiver); !held)
      return std::unexpected(held.error());
  }
  touch(now.wall);
  std::vector<Entries::iterator> found;
  std::set<Sequence> named;
  for (const auto sequence : sequences) {
    if (!named.insert(sequence).second) continue;  // a message is taken once, however often it is named
    const auto entry = messages_.find(sequence);
    if (entry == messages_.end() || !gives_deferred(entry->second, session)) {
      if (!keeps(Behaviour::deferred_by_number)) continue;
      return refuse(Reason::message_not_found,
                    fmt::format("Failed to find the deferred message with sequence number {}.", sequence));
    }
    found.push_back(entry);
  }
  std::vector<Delivery> deliveries;
  for (const auto entry : found) {
    if (!keeps(Behaviour::deferred_in_hand)) unlock(entry->second);
    if (and_delete) {
      deliveries.push_back({entry->second.message, {}, {}});
      erase(entry, change);
    } else {
      deliveries.push_back(lock(entry->second, now));
    }
  }
  return deliveries;
}

bool Queue::gives_deferred(const Entry& entry, const std::optional<SessionUse>& session) const {
  if (entry.message.state != MessageState::deferred) return false;
  if (entry.lock && keeps(Behaviour::deferred_in_hand)) return false;
  return !settings_.requires_session || entry.message.session_id == session->session_id ||
         !keeps(Behaviour::deferred_of_session);
}

Answer<> Queue::require_locks(const std::vector<Uuid>& tokens, const Properties& added, const Change& change,
                              size_t always) {
  const std::set distinct(tokens.begin(), tokens.end());
  size_t more = 0;
  bool wants_room = false;
  for (const auto& token : distinct) {
    const auto entry = find_locked(token);
    if (!entry && keeps(Behaviour::message_lock)) return std::unexpected(entry.error());
    if (!entry) continue;
    const auto growth = growth_of((*entry)->second.message, added);
    if (!growth) return std::unexpected(growth.error());
    more += *growth;
    wants_room = wants_room || *growth > always;
  }
  // One that fails for the last time gets a reason, too, before the next wants its room.
  return wants_room ? check_room(more + (distinct.size() - 1) * kReasonBytesAlways, change) : Answer<>{};
}

}  // namespace millrace::bus
