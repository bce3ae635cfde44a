// The sessions of a queue: who holds which, and what they remember.
#include <fmt/format.h>

#include "emulator/broker/behaviour.hpp"
#include "emulator/broker/queue.hpp"

namespace millrace::bus {
namespace {

/// What a state costs beside its bytes: the node of its session, the row.
constexpr size_t kBytesPerState = 512;

size_t size_of(const std::string& session_id, const std::optional<Bytes>& state) {
  return state ? kBytesPerState + session_id.size() + state->size() : 0;
}

}  // namespace

Answer<SessionGrant> Queue::lock_session(const std::string& session_id, ReceiverId receiver, Moment now) {
  const auto* session = sessions_.find(session_id);
  if (session != nullptr && session->lock && keeps(Behaviour::exclusive_sessions)) {
    return refuse(Reason::session_not_available,
                  fmt::format("The requested session '{}' cannot be accepted. It may be locked by another "
                              "receiver.",
                              session_id));
  }
  if (session == nullptr && !keeps(Behaviour::empty_sessions))
    return refuse(Reason::session_not_available, "There is no such session.");
  return grant(session_id, receiver, now);
}

std::optional<SessionGrant> Queue::lock_next_session(ReceiverId receiver, Moment now) {
  const auto oldest = keeps(Behaviour::oldest_session) ? sessions_.oldest_free() : sessions_.newest_free();
  if (!oldest) return {};
  return grant(*oldest, receiver, now);
}

SessionGrant Queue::grant(const std::string& session_id, ReceiverId receiver, Moment now) {
  const auto until_wall = now.wall + settings_.lock_duration;
  sessions_.lock(session_id, {receiver, now.mono + settings_.lock_duration, until_wall});
  return {session_id, until_wall};
}

Answer<WallTime> Queue::renew_session(const std::string& session_id, ReceiverId receiver, Moment now) {
  if (const auto held = require_session_lock(session_id, receiver); !held)
    return std::unexpected(held.error());
  const auto& lock = *sessions_.find(session_id)->lock;
  if (!keeps(Behaviour::renew_session)) return lock.until_wall;
  return grant(session_id, lock.owner, now).locked_until;
}

void Queue::release_session(const std::string& session_id, ReceiverId receiver, Change& change) {
  if (!holds_session(session_id, receiver) || !keeps(Behaviour::close_frees_session)) return;
  for (const auto sequence : sessions_.unlock(session_id)) {
    const auto entry = messages_.find(sequence);
    keeps(Behaviour::close_counts_nothing) ? unlock(entry->second) : expire_lock(entry, change);
  }
  change.awake.insert(id_);
}

bool Queue::holds_session(const std::string& session_id, ReceiverId receiver) const {
  const auto* session = sessions_.find(session_id);
  return session != nullptr && session->lock && session->lock->owner == receiver;
}

Answer<std::optional<Bytes>> Queue::session_state(const std::string& session_id, ReceiverId receiver) const {
  if (const auto held = require_session_lock(session_id, receiver); !held)
    return std::unexpected(held.error());
  return sessions_.find(keeps(Behaviour::session_state_own) ? session_id : "")->state;
}

Answer<> Queue::set_session_state(const std::string& session_id, ReceiverId receiver,
                                  std::optional<Bytes> state, Change& change) {
  if (auto held = require_session_lock(session_id, receiver); !held) return held;
  const auto had = state_bytes(session_id);
  if (const auto wanted = size_of(session_id, state); wanted > had) {
    if (auto may = change.may_grow(); !may) return may;
    if (!has_room(wanted - had)) {
      return refuse(
          Reason::quota_exceeded,
          fmt::format("'{}' is full. Receive from it, or remove states, before setting more.", path_));
    }
  }
  if (!keeps(Behaviour::session_state)) return {};
  change.effects.emplace_back(SetSessionState{id_, session_id, state});
  keep_state(session_id, std::move(state));
  return {};
}

void Queue::restore_session_state(const std::string& session_id, Bytes state) {
  keep_state(session_id, std::move(state));
}

size_t Queue::state_bytes(const std::string& session_id) const {
  const auto* session = sessions_.find(session_id);
  return session == nullptr ? 0 : size_of(session_id, session->state);
}

void Queue::keep_state(const std::string& session_id, std::optional<Bytes> state) {
  bytes_ += size_of(session_id, state) - state_bytes(session_id);
  sessions_.set_state(keeps(Behaviour::session_state_own) ? session_id : "", std::move(state));
}

Answer<> Queue::require_session_lock(const std::string& session_id, ReceiverId receiver) const {
  const auto* session = sessions_.find(session_id);
  if (session != nullptr && session->lock &&
      (session->lock->owner == receiver || !keeps(Behaviour::session_holder))) {
    return {};
  }
  return refuse(
      Reason::session_lock_lost,
      fmt::format("The lock on the session '{}' has expired, or another receiver has it. Accept the "
                  "session again.",
                  session_id));
}

}  // namespace millrace::bus
