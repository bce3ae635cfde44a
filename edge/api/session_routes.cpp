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

void end_session(Api& api, const SessionPtr& session, Pause why = Pause::signed_out) {
  api.sessions.end(session);
  pause_attempts(api, session, why);
  api.sync.ring();
}

/// Whoever signs in at a screen ends what was open there.
void end_previous(Api& api, const http::Request& request) {
  const auto previous = request.cookies.find(kSessionCookie);
  if (previous == request.cookies.end()) return;
  if (const auto session = api.sessions.find(previous->second, api.clock.mono())) end_session(api, session);
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
    end_session(api, begun.gave_way);
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

namespace {

void pause_since(Api& api, const SessionPtr& session, Pause why, const Moment& since) {
  for (const auto& [attempt_id, lease] : session->seats) {
    asio::co_spawn(api.loop, api.capture.pause(attempt_id, lease, why, since), asio::detached);
  }
  session->seats.clear();
}

}  // namespace

void pause_attempts(Api& api, const SessionPtr& session, Pause why) {
  pause_since(api, session, why, moment(api.clock));
}

void pause_attempts_of_dead_screen(Api& api, const SessionPtr& session) {
  const auto now = moment(api.clock);
  const auto silence = now.mono - session->last_used;
  pause_since(api, session, Pause::power_or_crash, {now.wall - silence, session->last_used});
}

void add_session_routes(http::Router& router, Api& api) {
  router.add("POST", "/api/v1/session", [&api](http::Request& request) -> asio::awaitable<http::Response> {
    co_return co_await sign_in(api, request);
  });
  router.add("GET", "/api/v1/session",
             reading(api, [&api](http::Request&, SessionPtr session) -> asio::awaitable<http::Response> {
               co_return http::Response::json(body_of(api, *session));
             }));
  router.add("GET", std::string(kPhotoPath),
             reading(api, [&api](http::Request&, SessionPtr session) -> asio::awaitable<http::Response> {
               co_return photo_of(api, *session);
             }));
  router.add(
      "DELETE", "/api/v1/session",
      writing(api, [&api](http::Request& request, SessionPtr session) -> asio::awaitable<http::Response> {
        const auto why = request.query.find("why");
        const bool locked = why != request.query.end() && why->second == "idle_lock";
        end_session(api, session, locked ? Pause::idle_lock : Pause::signed_out);
        auto response = http::Response::no_content();
        response.headers.emplace_back("Set-Cookie", cookie("", request.secure, "; Max-Age=0"));
        co_return response;
      }));
}

}  // namespace millrace::edge
