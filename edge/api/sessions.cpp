#include "edge/api/sessions.hpp"

#include <algorithm>

namespace millrace::edge {
namespace {

std::string random_token() {
  std::array<uint8_t, 32> bytes{};
  random_bytes(bytes);
  return base64url(bytes);
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
  if (touch) at->second->last_used = now;
  return at->second;
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
    if (session->operator_id == operator_id && !session->seats.empty() && silent) out.push_back(session);
  }
  return out;
}

bool Sessions::sit(const SessionPtr& session, const Uuid& attempt_id, uint64_t lease) {
  if (!sessions_.contains(session->id)) return false;
  if (!session->seats.contains(attempt_id)) rise(attempt_id);
  session->seats.insert_or_assign(attempt_id, lease);
  return true;
}

void Sessions::rise(const Uuid& attempt_id) {
  for (const auto& [id, session] : sessions_) session->seats.erase(attempt_id);
}

std::vector<Uuid> Sessions::attended() const {
  std::vector<Uuid> out;
  for (const auto& [id, session] : sessions_) {
    for (const auto& [attempt_id, lease] : session->seats) out.push_back(attempt_id);
  }
  return out;
}

bool Sessions::is_over(const Session& session, MonoTime now) {
  return now - session.last_used >= kSessionIdle || now - session.begun >= kSessionMost;
}

}  // namespace millrace::edge
