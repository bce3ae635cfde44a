#include "edge/api/sessions.hpp"

#include <algorithm>

namespace millrace::edge {
namespace {

/// What comes once the screen is heard again, after old requests that were still on their way.
bool is_fresh(const Span& silence, MonoTime now) {
  return now - silence.to <= kScreenSilent;
}

}  // namespace

Sessions::Begun Sessions::begin(std::string operator_id, std::string kiosk, MonoTime now) {
  auto gave_way = make_room(operator_id);
  auto token = random_token();
  auto session = std::make_shared<Session>();
  session->id = sha256(as_bytes(token));
  session->operator_id = std::move(operator_id);
  session->kiosk = std::move(kiosk);
  session->csrf = random_token();
  session->begun = now;
  session->last_used = now;
  session->used_before = now;
  sessions_[session->id] = session;
  return {std::move(token), std::move(session), std::move(gave_way)};
}

SessionPtr Sessions::make_room(const std::string& operator_id) {
  SessionPtr oldest;
  SessionPtr their_oldest;
  size_t theirs = 0;
  for (const auto& [id, session] : sessions_) {
    if (!oldest || session->last_used < oldest->last_used) oldest = session;
    if (session->operator_id != operator_id) continue;
    ++theirs;
    if (!their_oldest || session->last_used < their_oldest->last_used) their_oldest = session;
  }
  auto gives_way = theirs >= kMostSessionsOfOne        ? their_oldest
                   : sessions_.size() >= kMostSessions ? oldest
                                                       : SessionPtr{};
  if (gives_way) end(gives_way);
  return gives_way;
}

SessionPtr Sessions::find(std::string_view token, MonoTime now, bool touch) {
  // Looked up by its hash, so the time that takes says nothing about any token.
  const auto at = sessions_.find(sha256(as_bytes(token)));
  if (token.empty() || at == sessions_.end() || is_over(*at->second, now)) return {};
  if (touch) heard_of(*at->second, now);
  return at->second;
}

void Sessions::heard_of(Session& session, MonoTime now) {
  if (now - session.last_used >= kScreenSilent) {
    // Nothing was heard since the silence before but that one word: it was a part of this one.
    const bool goes_on = session.last_silence && session.last_silence->to == session.last_used;
    session.last_silence = {goes_on ? session.last_silence->from : session.last_used, now};
    if (session.seat) silences_.ended(session.seat->attempt_id, session.last_used, now);
  }
  session.used_before = session.last_used;
  session.last_used = now;
}

void Sessions::end(const SessionPtr& session) {
  sessions_.erase(session->id);
}

std::vector<SessionPtr> Sessions::expire(MonoTime now) {
  std::vector<SessionPtr> over;
  std::erase_if(sessions_, [&](const auto& entry) {
    if (!is_over(*entry.second, now)) return false;
    over.push_back(entry.second);
    return true;
  });
  return over;
}

std::vector<SessionPtr> Sessions::silent_of(std::string_view operator_id, MonoTime now) const {
  std::vector<SessionPtr> out;
  for (const auto& [id, session] : sessions_) {
    const bool silent = now - session->last_used >= kScreenSilent;
    if (session->operator_id == operator_id && session->seat && silent) out.push_back(session);
  }
  return out;
}

MonoTime Sessions::left_at(const Session& session, Millis ago, MonoTime now) {
  const auto& silence = session.last_silence;
  const bool in_it = silence && now - ago <= silence->to && is_fresh(*silence, now);
  return std::max(now - ago, in_it ? silence->from : session.used_before);
}

std::optional<MonoTime> Sessions::silent_since(const Session& session, MonoTime now) {
  if (now - session.last_used >= kScreenSilent) return session.last_used;
  if (session.last_silence && is_fresh(*session.last_silence, now)) return session.last_silence->from;
  return {};
}

void Sessions::heard_of_seat(Session& session, const Uuid& attempt_id, MonoTime now) {
  if (lease_of(session, attempt_id) != 0) session.seat->heard = now;
}

MonoTime Sessions::left_for_another(const Session& session, MonoTime now) {
  return now - session.seat->heard >= kScreenSilent ? session.seat->heard : now;
}

bool Sessions::sit(const SessionPtr& session, const Uuid& attempt_id, uint64_t lease, MonoTime now) {
  if (!sessions_.contains(session->id)) return false;
  if (lease_of(*session, attempt_id) == 0) {
    free_seat(attempt_id);
    // Nobody sat there in the silence before.
    session->last_silence.reset();
    session->used_before = now;
  }
  session->seat = Seat{attempt_id, lease, now};
  silences_.runs(attempt_id, now);
  full_.runs(attempt_id, now);
  return true;
}

void Sessions::leave(const SessionPtr& session, MonoTime since) {
  if (!session->seat) return;
  silences_.stands(session->seat->attempt_id, since);
  full_.stands(session->seat->attempt_id, since);
  session->seat.reset();
}

void Sessions::rise(const Uuid& attempt_id) {
  free_seat(attempt_id);
  shown_.erase(attempt_id);
  silences_.forget(attempt_id);
  full_.forget(attempt_id);
}

uint64_t Sessions::lease_of(const Session& session, const Uuid& attempt_id) {
  return session.seat && session.seat->attempt_id == attempt_id ? session.seat->lease : 0;
}

void Sessions::could_not_store(const Session& session, const Uuid& attempt_id, uint64_t lease, MonoTime now) {
  if (lease != 0 && lease_of(session, attempt_id) == lease) full_.ended(attempt_id, now, now);
}

Millis Sessions::ran_since(const Uuid& attempt_id, Millis age, MonoTime now) const {
  // A cut that is too short for a silence is believed by the screen's word alone.
  return std::max({silences_.ran_since(attempt_id, age, now), full_.ran_since(attempt_id, age, now),
                   std::min(age, kScreenSilent)});
}

void Sessions::free_seat(const Uuid& attempt_id) {
  for (const auto& [id, session] : sessions_) {
    if (lease_of(*session, attempt_id) != 0) session->seat.reset();
  }
}

std::vector<Attended> Sessions::attended() const {
  std::vector<Attended> out;
  for (const auto& [id, session] : sessions_) {
    if (session->seat) out.push_back({session->seat->attempt_id, shown(session->seat->attempt_id)});
  }
  return out;
}

void Sessions::shows(const Session& session, const Uuid& attempt_id, std::string item_id) {
  if (lease_of(session, attempt_id) == 0) return;
  shown_.insert_or_assign(attempt_id, std::move(item_id));
  // Attempt ids are version 7 and so sort by time.
  if (shown_.size() > kMostShown) shown_.erase(shown_.begin());
}

std::string Sessions::shown(const Uuid& attempt_id) const {
  const auto known = shown_.find(attempt_id);
  return known == shown_.end() ? "" : known->second;
}

bool Sessions::is_over(const Session& session, MonoTime now) {
  return now - session.last_used >= kSessionIdle || now - session.begun >= kSessionMost;
}

}  // namespace millrace::edge
