#include "edge/api/guard.hpp"
#include "edge/api/views.hpp"

namespace millrace::edge {

namespace asio = boost::asio;

namespace {

/// Often enough for proxies, and for noticing a screen that went away.
constexpr Millis kKeepAliveEvery{15'000};

/// What is watched: a test by its attempt, or any record by its event.
using Report = Outcome<std::vector<SyncStep>> (*)(Api&, const std::string& operator_id, const Uuid& id);
struct Watched {
  std::string_view id_name;
  Report report;
};
constexpr Watched kAttempt{"attempt_id", report_sync};
constexpr Watched kEvent{"event_id", report_event_sync};

Outcome<std::string> sync_text(Api& api, const Watched& watched, const std::string& operator_id,
                               const std::string& text) {
  const auto id = Uuid::parse(text);
  if (!id) return refuse(Reason::not_found, "There is no such record of yours at this box.");
  const auto steps = watched.report(api, operator_id, *id);
  if (!steps) return std::unexpected(steps.error());
  return sync_json(watched.id_name, *id, *steps);
}

/// One event at once, one at each change, until the screen or the session goes.
asio::awaitable<void> watch(Api& api, Watched watched, std::string token, std::string operator_id,
                            std::string id, std::shared_ptr<http::EventSink> sink) {
  SyncHub::Watch bell(api.sync);
  std::string told;
  while (!bell.closed()) {
    // Watching is no use: an unattended screen must not keep its operator signed in.
    if (!api.sessions.find(token, api.clock.mono(), false)) co_return;
    auto text = sync_text(api, watched, operator_id, id);
    if (!text) co_return;
    if (*text != told) {
      told = std::move(*text);
      if (!co_await sink->send("sync", told)) co_return;
      continue;  // it may have changed meanwhile
    }
    const bool rang = co_await bell.wait(kKeepAliveEvery);
    if (!rang && !co_await sink->keep_alive()) co_return;
  }
}

void add_routes(http::Router& router, Api& api, const std::string& path, Watched watched) {
  router.add(
      "GET", path + "/sync",
      reading(api,
              [&api, watched](http::Request& request, SessionPtr session) -> asio::awaitable<http::Response> {
                const auto text = sync_text(api, watched, session->operator_id, request.params.at("id"));
                co_return text ? http::Response::json(*text) : problem(text.error());
              }));
  router.add(
      "GET", path + "/sync/events",
      reading(api,
              [&api, watched](http::Request& request, SessionPtr session) -> asio::awaitable<http::Response> {
                const auto id = request.params.at("id");
                if (const auto text = sync_text(api, watched, session->operator_id, id); !text) {
                  co_return problem(text.error());
                }
                http::Response response;
                response.content_type = "text/event-stream";
                response.events = [&api, watched, id, operator_id = session->operator_id,
                                   token = request.cookies.find(kSessionCookie)->second](
                                      std::shared_ptr<http::EventSink> sink) {
                  return watch(api, watched, token, operator_id, id, std::move(sink));
                };
                co_return response;
              }));
}

}  // namespace

void add_sync_routes(http::Router& router, Api& api) {
  add_routes(router, api, "/api/v1/attempts/{id}", kAttempt);
  add_routes(router, api, "/api/v1/events/{id}", kEvent);
}

}  // namespace millrace::edge
