#include "edge/api/guard.hpp"
#include "edge/api/views.hpp"

namespace millrace::edge {

namespace asio = boost::asio;

void add_work_routes(http::Router& router, Api& api) {
  router.add("GET", "/api/v1/work",
             reading(api, [&api](http::Request&, SessionPtr session) -> asio::awaitable<http::Response> {
               const auto work = report_work(api, session->operator_id);
               co_return work ? http::Response::json(work_json(*work)) : problem(work.error());
             }));
}

}  // namespace millrace::edge
