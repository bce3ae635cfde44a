#include <boost/url/pct_string_view.hpp>

#include "edge/api/api.hpp"
#include "edge/api/views.hpp"

namespace millrace::edge {

namespace asio = boost::asio;

void add_api_routes(http::Router& router, Api& api) {
  add_status_routes(router, api);
  add_session_routes(router, api);
  add_people_routes(router, api);
  add_work_routes(router, api);
  add_attempt_routes(router, api);
  add_request_routes(router, api);
  add_decision_routes(router, api);
  add_sync_routes(router, api);
  add_media_routes(router, api);
}

void add_status_routes(http::Router& router, Api& api) {
  router.add("GET", "/api/v1/status", [&api](http::Request& request) -> asio::awaitable<http::Response> {
    // Percent-encoded, for a header holds no other letters than ASCII's.
    if (const auto name = boost::urls::make_pct_string_view(request.header("x-millrace-kiosk"))) {
      api.kiosks.heard(name->decode(), request.peer, request.header("x-millrace-app"), api.clock.wall());
    }
    co_return http::Response::json(status_json(api.status(), api.kiosk, api.clock.wall(), api.clock.state(),
                                               api.content.current().packages->languages()));
  });
}

}  // namespace millrace::edge
