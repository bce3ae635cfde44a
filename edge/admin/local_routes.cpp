#include <boost/json.hpp>

#include "core/base/log.hpp"
#include "edge/admin/admin_handlers.hpp"

namespace millrace::edge {

namespace asio = boost::asio;

namespace {

/// Only its owner and root can open the socket, and the kernel says which of them does.
http::Handler local(AdminHandler handler) {
  return [handler = std::move(handler)](http::Request& request) -> asio::awaitable<http::Response> {
    co_return co_await handler(request, Asker{.name = request.peer, .may_act_for_another = true});
  };
}

http::Response issue_pass(Admin& admin, const http::Request& request, const Asker& asker) {
  const auto document = json::Document::parse(request.body);
  if (!document) return http::Response::problem(document.error());
  const auto actor = actor_of(asker, document->root());
  if (auto good = document->finish(); !good) return http::Response::problem(good.error());
  boost::json::array addresses;
  for (const auto& address : admin.console_addresses()) addresses.push_back(boost::json::value(address));
  if (addresses.empty()) {
    return http::Response::problem(
        {ErrorKind::conflict, "this box serves no pages: set http.kiosk_dir in edge.toml, and restart it"});
  }
  log::info("console.pass_issued", {{"to", actor}});
  const boost::json::object body{{"code", admin.access.issue(actor, admin.clock.mono())},
                                 {"addresses", std::move(addresses)},
                                 {"until", rfc3339(admin.clock.wall() + kPassLasts)}};
  return http::Response::json(boost::json::serialize(body), 201);
}

}  // namespace

void add_local_admin_routes(http::Router& router, Admin& admin) {
  add_report_routes(router, admin, local);
  add_parked_routes(router, admin, local);
  router.add("POST", "/admin/v1/passes",
             local([&admin](http::Request& request, const Asker& asker) -> asio::awaitable<http::Response> {
               co_return issue_pass(admin, request, asker);
             }));
}

}  // namespace millrace::edge
