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
  if (sessions_.size() >= kMostSessions) {
    const auto oldest =
        std::ranges::min_element(sessions_, {}, [](const auto& entry) { return entry.second->last_used; });
    sessions_.erase(oldest);
  }
  auto token = random_token();
  auto session = std::make_shared<Session>();
  session->id = sha256(as_bytes(token));
  session->operator_id = std::move(operator_id);
  session->kiosk = std::move(kiosk);
  session->csrf = random_token();
  session->begun = now;
  session->last_used = now;
  sessions_[session->id] = session;
  return {std::move(token), std::move(session)};
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

bool Sessions::sit(const SessionPtr& session, const Uuid& attempt_id) {
  if (!sessions_.contains(session->id)) return false;
  if (session->attempts.contains(attempt_id)) return true;
  rise(attempt_id);
  session->attempts.insert(attempt_id);
  return true;
}

void Sessions::rise(const Uuid& attempt_id) {
  for (const auto& [id, session] : sessions_) session->attempts.erase(attempt_id);
}

std::vector<Uuid> Sessions::attended() const {
  std::vector<Uuid> out;
  for (const auto& [id, session] : sessions_) {
    out.insert(out.end(), session->attempts.begin(), session->attempts.end());
  }
  return out;
}

bool Sessions::is_over(const Session& session, MonoTime now) {
  return now - session.last_used >= kSessionIdle || now - session.begun >= kSessionMost;
}

}  // namespace millrace::edge
