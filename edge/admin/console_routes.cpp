#include <fmt/format.h>
#include <boost/json.hpp>

#include "core/base/log.hpp"
#include "edge/admin/admin_handlers.hpp"
#include "edge/api/guard.hpp"

namespace millrace::edge {

namespace asio = boost::asio;

namespace {

constexpr std::string_view kConsoleCookie = "millrace_console";
constexpr size_t kMostCodeBytes = 64;

std::string cookie(std::string_view token, bool secure, std::string_view more = {}) {
  return fmt::format("{}={}; Path=/admin/v1; HttpOnly; SameSite=Strict{}{}", kConsoleCookie, token,
                     secure ? "; Secure" : "", more);
}

ConsolePtr session_of(Admin& admin, const http::Request& request) {
  const auto given = request.cookies.find(kConsoleCookie);
  return given == request.cookies.end() ? nullptr : admin.access.find(given->second, admin.clock.mono());
}

http::Response not_signed_in() {
  return problem({Reason::not_signed_in, "Run `sudo millrace console` at the box, and open what it prints."});
}

/// What a page of another site cannot do. Nothing when it may.
std::optional<http::Response> refuse_write(const http::Request& request, const ConsoleSession& session) {
  if (const auto same = same_origin(request); !same) return problem(same.error());
  if (!equal_constant_time(request.header(kCsrfHeader), session.csrf)) {
    return problem({Reason::bad_csrf, "The X-Millrace-CSRF header must be the token of the session."});
  }
  if (request.body.empty()) return {};
  const auto is_read = is_json(request);
  return is_read ? std::nullopt : std::optional(problem(is_read.error()));
}

Guard guard(Admin& admin, bool writes) {
  return [&admin, writes](AdminHandler handler) -> http::Handler {
    return [&admin, writes,
            handler = std::move(handler)](http::Request& request) -> asio::awaitable<http::Response> {
      const auto session = session_of(admin, request);
      if (!session) co_return not_signed_in();
      if (writes) {
        if (auto refused = refuse_write(request, *session)) co_return std::move(*refused);
      }
      co_return co_await handler(request, Asker{.name = session->actor});
    };
  };
}

std::string session_json(const Admin& admin, const ConsoleSession& session) {
  const auto left = ConsoleAccess::until(session) - admin.clock.mono();
  const boost::json::object body{
      {"csrf", session.csrf}, {"actor", session.actor}, {"until", rfc3339(admin.clock.wall() + left)}};
  return boost::json::serialize(body);
}

http::Response sign_in(Admin& admin, const http::Request& request) {
  if (const auto same = same_origin(request); !same) return problem(same.error());
  if (const auto is_read = is_json(request); !is_read) return problem(is_read.error());
  const auto document = json::Document::parse(request.body);
  if (!document) return http::Response::problem(document.error());
  const auto code = document->root().at("code").text(kMostCodeBytes);
  if (auto good = document->finish(); !good) return http::Response::problem(good.error());
  const auto now = admin.clock.mono();
  if (const auto wait = admin.tries.wait(request.peer, now); wait > Millis{}) {
    const auto wait_s = static_cast<unsigned>(std::chrono::ceil<std::chrono::seconds>(wait).count());
    return problem({Reason::locked_out,
                    fmt::format("Too many wrong codes from here. Try again in {} s.", wait_s), wait_s});
  }
  const auto begun = admin.access.begin(code, now);
  if (!begun) {
    admin.tries.wrong(request.peer, now);
    log::warn("console.refused", {{"machine", request.peer}});
    return http::Response::problem(
        401, "unknown-code",
        "This code was used, is older than ten minutes, or is none: run `sudo millrace console` again.");
  }
  log::info("console.signed_in", {{"who", begun->session->actor}, {"machine", request.peer}});
  auto response = http::Response::json(session_json(admin, *begun->session), 201);
  response.headers.emplace_back("Set-Cookie", cookie(begun->token, request.secure));
  return response;
}

http::Response sign_out(Admin& admin, const http::Request& request) {
  const auto session = session_of(admin, request);
  if (!session) return not_signed_in();
  if (auto refused = refuse_write(request, *session)) return std::move(*refused);
  admin.access.end(*session);
  auto response = http::Response::no_content();
  response.headers.emplace_back("Set-Cookie", cookie("", request.secure, "; Max-Age=0"));
  return response;
}

}  // namespace

void add_console_routes(http::Router& router, Admin& admin) {
  add_report_routes(router, admin, guard(admin, false));
  add_parked_routes(router, admin, guard(admin, true));
  router.add("POST", "/admin/v1/session",
             [&admin](http::Request& request) -> asio::awaitable<http::Response> {
               co_return sign_in(admin, request);
             });
  router.add("GET", "/admin/v1/session", [&admin](http::Request& request) -> asio::awaitable<http::Response> {
    const auto session = session_of(admin, request);
    co_return session ? http::Response::json(session_json(admin, *session)) : not_signed_in();
  });
  router.add("DELETE", "/admin/v1/session",
             [&admin](http::Request& request) -> asio::awaitable<http::Response> {
               co_return sign_out(admin, request);
             });
}

}  // namespace millrace::edge
