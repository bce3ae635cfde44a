#include "core/http/health.hpp"

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

namespace millrace::http {

void add_health_routes(Router& router, const Health& health) {
  router.add("GET", "/healthz", [](Request&) -> boost::asio::awaitable<Response> {
    co_return Response::json(R"({"status":"alive"})");
  });
  router.add("GET", "/readyz", [check = health.not_ready](Request&) -> boost::asio::awaitable<Response> {
    const auto reasons = check();
    boost::json::object named;
    for (const auto& [name, reason] : reasons) named[name] = reason;
    boost::json::object document;
    document["status"] = reasons.empty() ? "ready" : "not ready";
    document["reasons"] = std::move(named);
    co_return Response::json(boost::json::serialize(document), reasons.empty() ? 200 : 503);
  });
  router.add("GET", "/metrics", [text = health.metrics](Request&) -> boost::asio::awaitable<Response> {
    auto response = Response::text(text());
    response.content_type = "text/plain; version=0.0.4; charset=utf-8";
    co_return response;
  });
}

}  // namespace millrace::http
