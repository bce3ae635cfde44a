// Who may do what: checked once, in front of every handler.
#pragma once

#include <functional>

#include "core/http/message.hpp"
#include "edge/api/api.hpp"

namespace millrace::edge {

inline constexpr std::string_view kSessionCookie = "millrace_session";
inline constexpr std::string_view kCsrfHeader = "x-millrace-csrf";

using SignedInHandler = std::function<boost::asio::awaitable<http::Response>(http::Request&, SessionPtr)>;

/// The problem document of a refusal.
http::Response problem(const Refusal& refusal);

/// A request that changes something must not come from another site's page: an Origin, when there is one, has
/// to name this box. A body has to say that it is JSON.
Outcome<> same_origin(const http::Request& request);
Outcome<> is_json(const http::Request& request);

/// What try_pin does.
std::unexpected<Refusal> too_many_wrong(Millis wait);
std::unexpected<Refusal> too_many_at_once();
void count_wrong(Api& api, const http::Request& request, Reason reason);

/// The same for a write that was refused, counted.
http::Response refused(Api& api, const Refusal& refusal);

bool is_team_leader(Api& api, const Session& session);
/// Signing again, with the PIN. Refused: wrong_pin, locked_out, busy, storage_full.
boost::asio::awaitable<Outcome<>> sign_again(Api& api, const http::Request& request, const Session& session,
                                             std::string pin);
/// A check of a PIN that this request brought, unless its machine sent too many wrong ones, or has as many
/// under way as may still be wrong: then it is not begun, and refused as locked_out or busy.
template <class T>
boost::asio::awaitable<Outcome<T>> try_pin(Api& api, const http::Request& request,
                                           boost::asio::awaitable<Outcome<T>> check) {
  if (const auto wait = api.tries.wait(request.peer, api.clock.mono()); wait > Millis{})
    co_return too_many_wrong(wait);
  if (!api.tries.begin(request.peer, api.clock.mono())) co_return too_many_at_once();
  auto outcome = co_await std::move(check);
  api.tries.end(request.peer);
  if (!outcome) {
    api.metrics.logins_failed.add();
    count_wrong(api, request, outcome.error().reason);
  }
  co_return outcome;
}
/// Those who may sign in, by name.
std::vector<const Operator*> active_people(const Roster& roster);

/// Nothing where the request does not say it.
std::optional<std::string> in_query(const http::Request& request, std::string_view name);

/// A screen keeps what the box has not heard for no longer than this …
inline constexpr Millis kMostAgo = std::chrono::days{7};
/// … and says in the query how many milliseconds ago it was. Nothing: now. Not in the body, for a box of the
/// release before refuses members that it does not know. Refused: bad_request.
Outcome<Millis> ago(const http::Request& request, std::string_view name);

/// A question is before nobody for longer than a shift: of a longer time no more is believed.
inline constexpr Millis kMostShownFor = std::chrono::hours{12};
/// How long the question was shown for the answer. Where the plant does not record that, it is not even read.
/// Refused: bad_request.
Outcome<std::optional<Millis>> shown_for(const Api& api, const http::Request& request);

/// Only with a session, whose operator is still active.
http::Handler reading(Api& api, SignedInHandler handler);
/// As `reading`, and with the same origin, the session's CSRF token and, if there is a body, JSON.
http::Handler writing(Api& api, SignedInHandler handler);

}  // namespace millrace::edge
