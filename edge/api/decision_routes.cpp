// Team leaders decide workflow steps. The decision is a command to the centre: nothing is decided here.
#include "edge/api/guard.hpp"
#include "edge/api/request_bodies.hpp"
#include "edge/api/request_views.hpp"

namespace millrace::edge {

namespace asio = boost::asio;

namespace {

using Reply = asio::awaitable<http::Response>;

http::Response no_leader() {
  return problem({Reason::not_allowed, "Only a team leader decides."});
}

http::Response show(Api& api, const StoredDecision& decision, unsigned status) {
  const auto report = report_decision(api, decision);
  return report ? http::Response::json(decision_json(*report), status) : problem(report.error());
}

Reply list(Api& api, http::Request&, SessionPtr session) {
  if (!is_team_leader(api, *session)) co_return no_leader();
  const auto decisions = report_decisions(api, session->operator_id);
  co_return decisions ? http::Response::json(decisions_json(*decisions)) : problem(decisions.error());
}

Reply decide(Api& api, http::Request& request, SessionPtr session) {
  const auto body = read_decide(request.body);
  if (!body) co_return problem(body.error());
  const Author author{session->operator_id, session->kiosk, body->key};
  const auto submission = RequestDesk::decision_submission(
      author, body->workflow_id, body->step_id, body->workflow_version, body->decision, body->reason);
  if (const auto before = decision_made_before(api, submission)) co_return show(api, *before, 200);
  // Not before: whoever lost the answer may have lost the role since.
  if (!is_team_leader(api, *session)) co_return no_leader();

  const auto workflows = api.content.current().workflows;
  const auto* step = workflows ? workflows->find(body->workflow_id, body->step_id) : nullptr;
  if (step == nullptr || step->workflow_version != body->workflow_version) {
    co_return problem({Reason::not_found, "This step is not open any more. Look at the list again."});
  }
  if (step->operator_id == session->operator_id) {
    co_return problem(
        {Reason::own_request, "Nobody decides on their own request. Another team leader has to."});
  }
  if (const auto sure = co_await sign_again(api, request, *session, body->pin); !sure)
    co_return problem(sure.error());
  api.at_point("decision-came");
  const auto made = co_await api.desk.decide(author, *step, body->decision, body->reason);
  if (!made) co_return refused(api, made.error());
  api.at_point("decision-committed");
  if (made->is_new) {
    api.metrics.decisions.add();
    api.recorded();
  }
  co_return show(api, made->decision, made->is_new ? 201 : 200);
}

}  // namespace

void add_decision_routes(http::Router& router, Api& api) {
  router.add("GET", "/api/v1/decisions", reading(api, [&api](http::Request& request, SessionPtr session) {
               return list(api, request, std::move(session));
             }));
  router.add("POST", "/api/v1/decisions", writing(api, [&api](http::Request& request, SessionPtr session) {
               return decide(api, request, std::move(session));
             }));
}

}  // namespace millrace::edge
