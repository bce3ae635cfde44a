// Operators ask for training and retests; team leaders ask for them.
#include <fmt/format.h>

#include "edge/api/guard.hpp"
#include "edge/api/request_bodies.hpp"
#include "edge/api/request_views.hpp"

namespace millrace::edge {

namespace asio = boost::asio;

namespace {

using Reply = asio::awaitable<http::Response>;

Author author_of(const Session& session, const Uuid& key) {
  return {session.operator_id, session.kiosk, key};
}

Outcome<> may_be_asked(const RequestCatalogue& catalogue, const Asked& asked) {
  if (catalogue.skill(asked.skill) == nullptr) {
    return refuse(Reason::bad_request, "/skill: is not among this plant's skills");
  }
  const auto* reason = catalogue.reason(asked.reason_code);
  if (reason == nullptr || !reason->fits(asked.kind)) {
    return refuse(
        Reason::bad_request,
        fmt::format("/reason_code: is no reason for the kind '{}' at this plant", to_string(asked.kind)));
  }
  return {};
}

Outcome<> are_known(const Roster& roster, const std::vector<std::string>& operator_ids) {
  for (size_t i = 0; i < operator_ids.size(); ++i) {
    const auto* person = roster.by_id(operator_ids[i]);
    if (person == nullptr || !person->active) {
      return refuse(Reason::bad_request, fmt::format("/operator_ids/{}: is nobody at this box", i));
    }
  }
  return {};
}

http::Response show(Api& api, std::vector<StoredRequest> made, unsigned status) {
  const bool is_batch = made.front().batch_id.has_value();
  const auto reports = report_requests(api, std::move(made));
  if (!reports) return problem(reports.error());
  return http::Response::json(is_batch ? batch_json(*reports) : request_json(reports->front()), status);
}

http::Response answer(Api& api, const Outcome<RequestsMade>& made) {
  if (!made) return refused(api, made.error());
  api.at_point("request-committed");
  if (made->is_new) {
    api.metrics.requests.add(static_cast<double>(made->requests.size()));
    api.recorded();
  }
  return show(api, made->requests, made->is_new ? 201 : 200);
}

Reply choices(Api& api, http::Request&, SessionPtr session) {
  const auto& content = api.content.current();
  co_return http::Response::json(choices_json(*content.catalogue, is_team_leader(api, *session)
                                                                      ? active_people(*content.roster)
                                                                      : std::vector<const Operator*>{}));
}

Reply ask(Api& api, http::Request& request, SessionPtr session) {
  const auto body = read_ask(request.body);
  if (!body) co_return problem(body.error());
  const auto author = author_of(*session, body->key);
  if (auto before = requests_made_before(api, RequestDesk::request_submission(author, body->asked))) {
    co_return show(api, std::move(*before), 200);
  }
  if (const auto good = may_be_asked(*api.content.current().catalogue, body->asked); !good) {
    co_return problem(good.error());
  }
  if (const auto sure = co_await sign_again(api, request, *session, body->pin); !sure)
    co_return problem(sure.error());
  api.at_point("request-came");
  co_return answer(api, co_await api.desk.ask(author, body->asked));
}

Reply ask_on_behalf(Api& api, http::Request& request, SessionPtr session) {
  const auto body = read_on_behalf(request.body);
  if (!body) co_return problem(body.error());
  const auto author = author_of(*session, body->key);
  if (auto before = requests_made_before(
          api,
          RequestDesk::on_behalf_submission(author, body->asked, body->operator_ids, body->acknowledged))) {
    co_return show(api, std::move(*before), 200);
  }
  // Not before: whoever lost the answer may have lost the role since.
  if (!is_team_leader(api, *session)) {
    co_return problem({Reason::not_allowed, "Only a team leader asks for somebody else."});
  }
  const auto& content = api.content.current();
  if (const auto good = may_be_asked(*content.catalogue, body->asked); !good) co_return problem(good.error());
  if (const auto known = are_known(*content.roster, body->operator_ids); !known)
    co_return problem(known.error());
  if (const auto sure = co_await sign_again(api, request, *session, body->pin); !sure)
    co_return problem(sure.error());
  api.at_point("request-came");
  co_return answer(
      api, co_await api.desk.ask_on_behalf(author, body->asked, body->operator_ids, body->acknowledged));
}

}  // namespace

void add_request_routes(http::Router& router, Api& api) {
  const auto with_api = [&api](Reply (*handler)(Api&, http::Request&, SessionPtr)) {
    return [&api, handler](http::Request& request, SessionPtr session) {
      return handler(api, request, std::move(session));
    };
  };
  router.add("GET", "/api/v1/request-choices", reading(api, with_api(choices)));
  router.add("POST", "/api/v1/requests", writing(api, with_api(ask)));
  router.add("POST", "/api/v1/requests/on-behalf", writing(api, with_api(ask_on_behalf)));
}

}  // namespace millrace::edge
