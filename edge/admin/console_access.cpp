#include "edge/admin/console_access.hpp"

#include <algorithm>

namespace millrace::edge {

std::string ConsoleAccess::issue(std::string actor, MonoTime now) {
  std::erase_if(passes_, [&](const auto& entry) { return now >= entry.second.until; });
  if (passes_.size() >= kMostPasses) {
    passes_.erase(
        std::ranges::min_element(passes_, {}, [](const auto& entry) { return entry.second.until; }));
  }
  auto code = random_token();
  passes_[sha256(as_bytes(code))] = {std::move(actor), now + kPassLasts};
  return code;
}

std::optional<ConsoleAccess::Begun> ConsoleAccess::begin(std::string_view code, MonoTime now) {
  // Looked up by its hash, so the time that takes says nothing about any code.
  const auto pass = passes_.find(sha256(as_bytes(code)));
  if (pass == passes_.end() || now >= pass->second.until) return {};
  std::erase_if(sessions_, [&](const auto& entry) { return now >= until(*entry.second); });
  if (sessions_.size() >= kMostConsoles) {
    sessions_.erase(
        std::ranges::min_element(sessions_, {}, [](const auto& entry) { return entry.second->last_used; }));
  }
  Begun begun{random_token(), std::make_shared<ConsoleSession>()};
  auto& session = *begun.session;
  session.id = sha256(as_bytes(begun.token));
  session.actor = std::move(pass->second.actor);
  session.csrf = random_token();
  session.begun = now;
  session.last_used = now;
  passes_.erase(pass);
  sessions_[session.id] = begun.session;
  return begun;
}

ConsolePtr ConsoleAccess::find(std::string_view token, MonoTime now) {
  const auto at = sessions_.find(sha256(as_bytes(token)));
  if (at == sessions_.end() || now >= until(*at->second)) return {};
  at->second->last_used = now;
  return at->second;
}

void ConsoleAccess::end(const ConsoleSession& session) {
  sessions_.erase(session.id);
}

MonoTime ConsoleAccess::until(const ConsoleSession& session) {
  return std::min(session.last_used + kConsoleIdle, session.begun + kConsoleMost);
}

}  // namespace millrace::edge
