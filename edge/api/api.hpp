// The kiosks' HTTP API.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include <boost/asio/any_io_executor.hpp>

#include "core/base/clock.hpp"
#include "core/http/server.hpp"
#include "core/store/database.hpp"
#include "edge/api/edge_metrics.hpp"
#include "edge/api/kiosk_settings.hpp"
#include "edge/api/kiosks.hpp"
#include "edge/api/sessions.hpp"
#include "edge/api/sync_hub.hpp"
#include "edge/capture/capture.hpp"
#include "edge/capture/request_desk.hpp"
#include "edge/content/content.hpp"
#include "edge/roster/sign_in.hpp"
#include "edge/roster/try_budget.hpp"

namespace millrace::edge {

struct LinkStatus {
  std::string state;  ///< up, down, unknown
  WallTime since{};
};

/// What the box tells about itself to anyone who can reach it.
struct BoxStatus {
  std::string site;
  std::string edge;
  std::string station;
  std::string version;
  std::string app;  ///< version of the kiosk's pages; empty when none are served
  bool storage_full = false;
  LinkStatus plant_link;
  LinkStatus centre_link;
  uint64_t outbox_depth = 0;
  uint64_t outbox_parked = 0;
  std::optional<WallTime> outbox_oldest;
};

/// What the handlers work with. On the loop; owned by the daemon, and must outlive the server.
struct Api {
  boost::asio::any_io_executor loop;
  const Clock& clock;
  store::Connection& reader;
  const AttemptStore& attempts;
  const ContentFolder& content;
  const KioskSettings& kiosk;
  Kiosks& kiosks;
  Sessions& sessions;
  SignIn& sign_in;
  Capture& capture;
  RequestDesk& desk;
  SyncHub& sync;
  EdgeMetrics& metrics;
  std::function<BoxStatus()> status;
  /// A record was committed.
  std::function<void()> recorded;
  /// Called at named points of a request. For tests that end the process there; empty in the daemon.
  std::function<void(std::string_view)> at_point;
  TryBudget tries{};
};

/// Adds every route of the API. `api` must outlive the router.
void add_api_routes(http::Router& router, Api& api);

// The parts of it, each in a file of its own.
void add_status_routes(http::Router& router, Api& api);
void add_session_routes(http::Router& router, Api& api);
void add_people_routes(http::Router& router, Api& api);
void add_work_routes(http::Router& router, Api& api);
void add_request_routes(http::Router& router, Api& api);
void add_decision_routes(http::Router& router, Api& api);
void add_attempt_routes(http::Router& router, Api& api);
void add_sync_routes(http::Router& router, Api& api);
void add_media_routes(http::Router& router, Api& api);

/// The session's screen died: their timers stand since it was last heard of.
void pause_attempts_of_dead_screen(Api& api, const SessionPtr& session);
/// The session goes on at this attempt: the timer of the one before, if that is another, stands.
void pause_attempt_before(Api& api, const SessionPtr& session, const Uuid& attempt_id);

}  // namespace millrace::edge
