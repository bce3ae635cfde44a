// Routes that the command line and the console have in common. For the .cpp files of this folder.
#pragma once

#include <functional>
#include <string>

#include "core/json/strict_json.hpp"
#include "edge/admin/admin_routes.hpp"

namespace millrace::edge {

/// Who asks, checked already.
struct Asker {
  std::string name;
  bool may_act_for_another = false;  ///< root, whom sudo made of somebody
};
using AdminHandler = std::function<boost::asio::awaitable<http::Response>(http::Request&, const Asker&)>;
/// Puts the check of who asks in front of a handler.
using Guard = std::function<http::Handler(AdminHandler)>;

/// GET /admin/v1/box, /history, /parked and /conflicts.
void add_report_routes(http::Router& router, const Admin& admin, const Guard& reading);
/// POST /admin/v1/parked/{stream_id}/{sequence}/replay and …/discard with `{"reason": "…"}`.
void add_parked_routes(http::Router& router, const Admin& admin, const Guard& writing);

/// The name for the audit: the asker's, and for whom they do it, if the body says so.
std::string actor_of(const Asker& asker, const json::Value& body);

}  // namespace millrace::edge
