#include "edge/api/guard.hpp"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>
#include <boost/asio/ip/address_v4.hpp>

#include "core/base/log.hpp"

namespace millrace::edge {

namespace asio = boost::asio;

namespace {

Outcome<SessionPtr> session_of(Api& api, const http::Request& request) {
  const auto cookie = request.cookies.find(kSessionCookie);
  SessionPtr session;
  if (cookie != request.cookies.end()) session = api.sessions.find(cookie->second, api.clock.mono());
  if (session) {
    const auto* person = api.content.current().roster->by_id(session->operator_id);
    if (person == nullptr || !person->active) session = nullptr;
  }
  if (!session) return refuse(Reason::not_signed_in, "Sign in with badge and PIN.");
  return session;
}

std::optional<Millis> milliseconds(std::string_view text) {
  int64_t ms = -1;
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), ms);
  if (failed != std::errc{} || end != text.data() + text.size() || ms < 0) return {};
  return Millis{ms};
}

/// A Host header, with or without a port.
bool is_this_machine(std::string_view host) {
  const auto name = host.substr(0, host.find_last_of(':'));
  boost::system::error_code no_address;
  const auto address = asio::ip::make_address_v4(name, no_address);
  return name == "localhost" || name == "[::1]" || (!no_address && address.is_loopback());
}

Outcome<> may_write(const http::Request& request, const Session& session) {
  if (auto same = same_origin(request); !same) return same;
  if (!equal_constant_time(request.header(kCsrfHeader), session.csrf)) {
    return refuse(Reason::bad_csrf, "The X-Millrace-CSRF header must be the token from signing in.");
  }
  return request.body.empty() ? Outcome<>{} : is_json(request);
}

}  // namespace

http::Response problem(const Refusal& refusal) {
  auto response = http::Response::problem(status_of(refusal.reason), code_of(refusal.reason), refusal.detail);
  if (refusal.retry_after_s > 0) {
    response.headers.emplace_back("Retry-After", std::to_string(refusal.retry_after_s));
    response.body.pop_back();  // the closing brace
    response.body += fmt::format(",\"retry_after_s\":{}}}", refusal.retry_after_s);
  }
  if (!refusal.reference.empty()) {
    response.body.pop_back();
    response.body += fmt::format(",\"reference\":\"{}\"}}", refusal.reference);
  }
  return response;
}

http::Response refused(Api& api, const Refusal& refusal) {
  if (refusal.reason == Reason::key_reused) api.metrics.key_conflicts.add();
  if (refusal.reason == Reason::storage_full) api.metrics.storage_refusals.add();
  return problem(refusal);
}

bool is_team_leader(Api& api, const Session& session) {
  const auto roster = api.content.current().roster;
  const auto* person = roster->by_id(session.operator_id);
  return person != nullptr && person->has_role(kTeamLeader);
}

std::unexpected<Refusal> too_many_wrong(Millis wait) {
  const auto wait_s = static_cast<unsigned>(std::chrono::ceil<std::chrono::seconds>(wait).count());
  return refuse(Reason::locked_out,
                fmt::format("Too many wrong PINs at this screen. Try again in {} s.", wait_s), wait_s);
}

std::unexpected<Refusal> too_many_at_once() {
  return refuse(Reason::busy, "Too many sign-ins at this screen at once. Try again in a moment.", 1);
}

void count_wrong(Api& api, const http::Request& request, Reason reason) {
  const bool is_wrong =
      reason == Reason::wrong_badge_or_pin || reason == Reason::wrong_pin || reason == Reason::wrong_badge;
  if (is_wrong && api.tries.wrong(request.peer, api.clock.mono())) {
    log::warn("signin.machine_waits", {{"machine", request.peer}});
  }
}

asio::awaitable<Outcome<>> sign_again(Api& api, const http::Request& request, const Session& session,
                                      std::string pin) {
  co_return co_await try_pin(api, request, api.sign_in.confirm(session.operator_id, std::move(pin)));
}

Outcome<> same_origin(const http::Request& request) {
  const auto origin = request.header("origin");
  if (origin.empty()) return {};
  const auto own = fmt::format("{}://{}", request.secure ? "https" : "http", request.header("host"));
  // Without TLS any name may have been made to lead here: a page that came under such a name is not the
  // box's.
  if (origin == own && (request.secure || is_this_machine(request.header("host")))) return {};
  return refuse(Reason::wrong_origin, "This request comes from a page of another server.");
}

Outcome<> is_json(const http::Request& request) {
  const auto type = request.header("content-type");
  if (type.substr(0, type.find(';')) == "application/json") return {};
  return refuse(Reason::unsupported_media_type, "Send application/json.");
}

std::optional<std::string> in_query(const http::Request& request, std::string_view name) {
  const auto given = request.query.find(name);
  if (given == request.query.end()) return {};
  return given->second;
}

Outcome<Millis> ago(const http::Request& request, std::string_view name) {
  const auto given = in_query(request, name);
  if (!given) return Millis{0};
  if (const auto ms = milliseconds(*given); ms && *ms <= kMostAgo) return *ms;
  return refuse(Reason::bad_request,
                fmt::format("{} must be a number of milliseconds, {} at the most", name, kMostAgo.count()));
}

Outcome<std::optional<Millis>> shown_for(const Api& api, const http::Request& request) {
  const auto given = in_query(request, "shown_ms");
  if (!api.kiosk.record_answer_times || !given) return std::nullopt;
  if (const auto ms = milliseconds(*given)) return std::min(*ms, kMostShownFor);
  return refuse(Reason::bad_request, "shown_ms must be a number of milliseconds");
}

http::Handler reading(Api& api, SignedInHandler handler) {
  return [&api, handler = std::move(handler)](http::Request& request) -> asio::awaitable<http::Response> {
    auto session = session_of(api, request);
    if (!session) co_return problem(session.error());
    co_return co_await handler(request, std::move(*session));
  };
}

http::Handler writing(Api& api, SignedInHandler handler) {
  return [&api, handler = std::move(handler)](http::Request& request) -> asio::awaitable<http::Response> {
    auto session = session_of(api, request);
    if (!session) co_return problem(session.error());
    if (auto allowed = may_write(request, **session); !allowed) co_return problem(allowed.error());
    co_return co_await handler(request, std::move(*session));
  };
}

}  // namespace millrace::edge
