#include "edge/api/guard.hpp"
#include "edge/api/views.hpp"

namespace millrace::edge {

namespace asio = boost::asio;

namespace {

/// Often enough for proxies, and for noticing a screen that went away.
constexpr Millis kKeepAliveEvery{15'000};

Outcome<std::string> sync_text(Api& api, const std::string& operator_id, const std::string& id) {
  const auto attempt_id = Uuid::parse(id);
  if (!attempt_id) return refuse(Reason::not_found, "There is no such attempt of yours at this box.");
  const auto steps = report_sync(api, operator_id, *attempt_id);
  if (!steps) return std::unexpected(steps.error());
  return sync_json(*attempt_id, *steps);
}

/// One event at once, one at each change, until the screen or the session goes.
asio::awaitable<void> watch(Api& api, std::string token, std::string operator_id, std::string id,
                            std::shared_ptr<http::EventSink> sink) {
  SyncHub::Watch bell(api.sync);
  std::string told;
  while (!bell.closed()) {
    // Watching is no use: an unattended screen must not keep its operator signed in.
    if (!api.sessions.find(token, api.clock.mono(), false)) co_return;
    auto text = sync_text(api, operator_id, id);
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

}  // namespace

void add_sync_routes(http::Router& router, Api& api) {
  router.add(
      "GET", "/api/v1/attempts/{id}/sync",
      reading(api, [&api](http::Request& request, SessionPtr session) -> asio::awaitable<http::Response> {
        const auto text = sync_text(api, session->operator_id, request.params.at("id"));
        co_return text ? http::Response::json(*text) : problem(text.error());
      }));
  router.add(
      "GET", "/api/v1/attempts/{id}/sync/events",
      reading(api, [&api](http::Request& request, SessionPtr session) -> asio::awaitable<http::Response> {
        const auto id = request.params.at("id");
        if (const auto text = sync_text(api, session->operator_id, id); !text) {
          co_return problem(text.error());
        }
        http::Response response;
        response.content_type = "text/event-stream";
        response.events =
            [&api, id, operator_id = session->operator_id,
             token = request.cookies.find(kSessionCookie)->second](std::shared_ptr<http::EventSink> sink) {
              return watch(api, token, operator_id, id, std::move(sink));
            };
        co_return response;
      }));
}

}  // namespace millrace::edge
