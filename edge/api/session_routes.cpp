#include <fmt/format.h>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

#include "core/base/files.hpp"
#include "core/base/log.hpp"
#include "edge/api/guard.hpp"
#include "edge/api/requests.hpp"
#include "edge/api/views.hpp"
#include "edge/roster/photos.hpp"

namespace millrace::edge {

namespace asio = boost::asio;

namespace {

std::string cookie(std::string_view token, bool secure, std::string_view more = {}) {
  return fmt::format("{}={}; Path=/; HttpOnly; SameSite=Strict{}{}", kSessionCookie, token,
                     secure ? "; Secure" : "", more);
}

std::string body_of(Api& api, const Session& session) {
  const auto roster = api.content.current().roster;
  const auto* person = roster->by_id(session.operator_id);
  const auto now = api.clock.mono();
  const auto left = std::min(session.last_used + kSessionIdle, session.begun + kSessionMost) - now;
  const auto photo = find_photo(api.kiosk.photos, session.operator_id);
  // An address for each person and photo: a page shows again what it had under the same one.
  const auto address =
      photo ? fmt::format("{}?of={}.{}", kPhotoPath, session.operator_id, photo->version) : "";
  return session_json(*person, address, session, api.clock.wall() + left);
}

/// Nobody's but one's own: it says who stands there, and is not for looking people up.
http::Response photo_of(Api& api, const Session& session) {
  const auto photo = find_photo(api.kiosk.photos, session.operator_id);
  auto bytes = photo ? read_file(photo->file, kMostPhotoBytes) : fail(ErrorKind::not_found, "no photo");
  if (!bytes) return problem({Reason::not_found, "There is no photo of you at this box."});
  http::Response response;
  response.content_type = photo->media_type;
  response.body = std::move(*bytes);
  return response;
}

/// A screen names the question that it shows with whatever it asks. In the query, for a box of the release
/// before refuses members of a body that it does not know.
void note_shown(Api& api, const http::Request& request, Session& session) {
  const auto attempt_id = Uuid::parse(in_query(request, "attempt").value_or(""));
  const auto shown = in_query(request, "shown");
  if (!attempt_id || !shown || Sessions::lease_of(session, *attempt_id) == 0) return;
  Sessions::heard_of_seat(session, *attempt_id, api.clock.mono());
  if (api.sessions.shown(*attempt_id) == *shown) return;
  const auto report = report_attempt(api, session.operator_id, *attempt_id);
  if (report && item_of(report->form, *shown) != nullptr) api.sessions.shows(session, *attempt_id, *shown);
}

/// Nobody sits at the session's attempt any more since then: its timer stands.
void pause_since(Api& api, const SessionPtr& session, Pause why, MonoTime since) {
  const auto now = moment(api.clock);
  const Moment at{now.wall - (now.mono - since), since};
  if (const auto& seat = session->seat) {
    asio::co_spawn(
        api.loop,
        api.capture.pause({seat->attempt_id, api.sessions.shown(seat->attempt_id)}, seat->lease, why, at),
        asio::detached);
  }
  api.sessions.leave(session, since);
}

void end_session(Api& api, const SessionPtr& session, Pause why, MonoTime since) {
  api.sessions.end(session);
  pause_since(api, session, why, since);
  api.sync.ring();
}

/// Its page is gone: it died while nothing was heard of it, or was left just now.
void end_left_behind(Api& api, const SessionPtr& session) {
  const auto now = api.clock.mono();
  if (const auto since = Sessions::silent_since(*session, now)) {
    end_session(api, session, Pause::power_or_crash, *since);
  } else {
    end_session(api, session, Pause::signed_out, now);
  }
}

/// Whoever signs in at a screen ends what was open there.
void end_previous(Api& api, const http::Request& request) {
  const auto previous = request.cookies.find(kSessionCookie);
  if (previous == request.cookies.end()) return;
  // Not a use of it: it may have been silent until now.
  const auto session = api.sessions.find(previous->second, api.clock.mono(), false);
  if (session) end_left_behind(api, session);
}

http::Response sign_out(Api& api, const http::Request& request, const SessionPtr& session) {
  const auto told = ago(request, "ago_ms");
  if (!told) return problem(told.error());
  note_shown(api, request, *session);
  const auto reason = in_query(request, "why").value_or("");
  if (reason == "left_behind") {
    end_left_behind(api, session);
  } else {
    const auto since = Sessions::left_at(*session, *told, api.clock.mono());
    end_session(api, session, reason == "idle_lock" ? Pause::idle_lock : Pause::signed_out, since);
  }
  auto response = http::Response::no_content();
  response.headers.emplace_back("Set-Cookie", cookie("", request.secure, "; Max-Age=0"));
  return response;
}

asio::awaitable<http::Response> sign_in(Api& api, http::Request& request) {
  if (auto same = same_origin(request); !same) co_return problem(same.error());
  if (auto json = is_json(request); !json) co_return problem(json.error());
  const auto asked = read_sign_in(request.body);
  if (!asked) co_return problem(asked.error());
  const bool chosen = asked->badge.empty();
  if (chosen && !api.kiosk.roster_sign_in) {
    co_return problem({Reason::not_allowed, "This box shows no list of people. Sign in with the badge."});
  }
  const auto person = co_await try_pin(api, request,
                                       chosen ? api.sign_in.identify_chosen(asked->operator_id, asked->pin)
                                              : api.sign_in.identify(asked->badge, asked->pin));
  if (!person) co_return problem(person.error());
  // The roster may have changed while the PIN was checked.
  if (api.content.current().roster->by_id(person->id) == nullptr) {
    co_return problem({Reason::wrong_badge_or_pin, "The badge or the PIN is wrong."});
  }
  end_previous(api, request);
  const auto begun = api.sessions.begin(person->id, asked->kiosk, api.clock.mono());
  if (begun.gave_way) {
    log::warn("session.gave_way",
              {{"operator", begun.gave_way->operator_id}, {"kiosk", begun.gave_way->kiosk}});
    end_session(api, begun.gave_way, Pause::signed_out, api.clock.mono());
  }
  // Their kiosk has lost its power, say, and they have come to another one.
  for (const auto& silent : api.sessions.silent_of(person->id, api.clock.mono()))
    pause_attempts_of_dead_screen(api, silent);
  begun.session->by_badge = !chosen;
  api.metrics.logins.add();
  log::info("session.begun", {{"operator", person->id}, {"kiosk", asked->kiosk}});
  auto response = http::Response::json(body_of(api, *begun.session), 201);
  response.headers.emplace_back("Set-Cookie", cookie(begun.token, request.secure));
  co_return response;
}

}  // namespace

void pause_attempts_of_dead_screen(Api& api, const SessionPtr& session) {
  pause_since(api, session, Pause::power_or_crash, session->last_used);
}

void pause_attempt_before(Api& api, const SessionPtr& session, const Uuid& attempt_id) {
  if (!session->seat || session->seat->attempt_id == attempt_id) return;
  pause_since(api, session, Pause::signed_out, Sessions::left_for_another(*session, api.clock.mono()));
}

void add_session_routes(http::Router& router, Api& api) {
  router.add("POST", "/api/v1/session", [&api](http::Request& request) -> asio::awaitable<http::Response> {
    co_return co_await sign_in(api, request);
  });
  router.add(
      "GET", "/api/v1/session",
      reading(api, [&api](http::Request& request, SessionPtr session) -> asio::awaitable<http::Response> {
        note_shown(api, request, *session);
        co_return http::Response::json(body_of(api, *session));
      }));
  router.add("GET", std::string(kPhotoPath),
             reading(api, [&api](http::Request&, SessionPtr session) -> asio::awaitable<http::Response> {
               co_return photo_of(api, *session);
             }));
  router.add(
      "DELETE", "/api/v1/session",
      writing(api, [&api](http::Request& request, SessionPtr session) -> asio::awaitable<http::Response> {
        co_return sign_out(api, request, session);
      }));
}

}  // namespace millrace::edge
