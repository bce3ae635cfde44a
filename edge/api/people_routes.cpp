// The roster to choose from, and team leaders who let a badge try again.
#include <algorithm>

#include "edge/api/guard.hpp"
#include "edge/api/requests.hpp"
#include "edge/api/views.hpp"

namespace millrace::edge {

namespace asio = boost::asio;

namespace {

asio::awaitable<http::Response> roster(Api& api, const http::Request&) {
  if (!api.kiosk.roster_sign_in) {
    co_return problem({Reason::not_found, "This box shows no list of people. Sign in with the badge."});
  }
  co_return http::Response::json(roster_json(active_people(*api.content.current().roster)));
}

asio::awaitable<http::Response> unlock(Api& api, const http::Request& request) {
  if (auto same = same_origin(request); !same) co_return problem(same.error());
  if (auto json = is_json(request); !json) co_return problem(json.error());
  const auto asked = read_unlock(request.body);
  if (!asked) co_return problem(asked.error());
  const auto leader =
      co_await try_pin(api, request, api.sign_in.identify(asked->leader_badge, asked->leader_pin));
  if (!leader) co_return problem(leader.error());
  if (!leader->has_role(kTeamLeader)) {
    co_return problem({Reason::not_allowed, "Only a team leader can unlock a badge."});
  }
  const auto roster = api.content.current().roster;
  const auto* person = roster->by_id(asked->operator_id);
  const auto& badge = person != nullptr ? person->badge : asked->badge;
  const auto unlocked = co_await api.sign_in.unlock(leader->id, badge, asked->kiosk);
  if (!unlocked) co_return problem(unlocked.error());
  api.metrics.unlocks.add();
  co_return http::Response::no_content();
}

}  // namespace

std::vector<const Operator*> active_people(const Roster& roster) {
  std::vector<const Operator*> people;
  for (const auto& person : roster.all()) {
    if (person.active) people.push_back(&person);
  }
  std::ranges::sort(people, {}, [](const Operator* person) { return std::tie(person->name, person->id); });
  return people;
}

void add_people_routes(http::Router& router, Api& api) {
  router.add("GET", "/api/v1/roster", [&api](http::Request& request) { return roster(api, request); });
  router.add("POST", "/api/v1/unlock", [&api](http::Request& request) { return unlock(api, request); });
}

}  // namespace millrace::edge
