#include <fmt/format.h>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

#include "edge/api/guard.hpp"
#include "edge/api/requests.hpp"
#include "edge/api/views.hpp"

namespace millrace::edge {

namespace asio = boost::asio;

namespace {

using Reply = asio::awaitable<http::Response>;

Write write_of(Api& api, const Session& session, const Uuid& key) {
  return {session.operator_id, session.kiosk, key, api.content.current().packages, session.by_badge};
}

Outcome<Uuid> attempt_in(const http::Request& request) {
  const auto id = Uuid::parse(request.params.at("id"));
  if (!id) return refuse(Reason::not_found, "There is no such attempt of yours at this box.");
  return *id;
}

/// The lease is the right to write, and to be asked: 0 for a screen that does not have it.
http::Response show_attempt(Api& api, const AttemptReport& report, uint64_t lease, unsigned status) {
  return http::Response::json(attempt_json(report, lease, api.clock.mono()), status);
}

http::Response show_result(Api& api, const Session& session, const Uuid& attempt_id, unsigned status) {
  const auto result = report_result(api, session.operator_id, attempt_id);
  return result ? http::Response::json(result_json(*result), status) : problem(result.error());
}

/// A write set the timer going, and nobody is there.
void let_stand(Api& api, const Uuid& attempt_id, uint64_t lease) {
  asio::co_spawn(api.loop, api.capture.pause({attempt_id}, lease, Pause::signed_out, moment(api.clock)),
                 asio::detached);
}

/// The lease, or 0 where signing out has overtaken the write: then the timer must not run.
uint64_t sit_down(Api& api, const SessionPtr& session, const Uuid& attempt_id, uint64_t lease) {
  if (api.sessions.sit(session, attempt_id, lease, api.clock.mono())) return lease;
  let_stand(api, attempt_id, lease);
  return 0;
}

/// An answer that was on its way when its operator went on to another test takes nobody away from that.
bool is_elsewhere(const Session& session, const Uuid& attempt_id) {
  return session.seat && session.seat->attempt_id != attempt_id;
}

Reply open(Api& api, http::Request& request, SessionPtr session) {
  const auto asked = read_open(request.body);
  if (!asked) co_return problem(asked.error());
  std::optional<Assignment> assignment;
  const auto* found = api.content.current().assignments->find(asked->assignment_id);
  if (found != nullptr && found->operator_id == session->operator_id) assignment = *found;
  // The screen where it was taken may have died too shortly before its operator signed in here.
  for (const auto& silent : api.sessions.silent_of(session->operator_id, api.clock.mono()))
    pause_attempts_of_dead_screen(api, silent);
  api.at_point("attempt-came");
  const auto opened = co_await api.capture.open(write_of(api, *session, asked->key), asked->assignment_id,
                                                std::move(assignment), asked->language);
  if (!opened) co_return refused(api, opened.error());
  api.at_point("attempt-committed");
  if (opened->is_new) api.metrics.attempts.add();
  const auto report = report_attempt(api, session->operator_id, opened->attempt_id);
  if (!report) co_return problem(report.error());
  // Asked again under an old key: the test may have been handed in since, or taken up at another screen.
  const auto& attempt = report->attempt.attempt;
  if (attempt.state().submitted) co_return show_attempt(api, *report, 0, 200);
  if (auto allowed = attempt.may_write(opened->lease); !allowed) co_return problem(allowed.error());
  pause_attempt_before(api, session, opened->attempt_id);
  const auto lease = sit_down(api, session, opened->attempt_id, opened->lease);
  co_return show_attempt(api, *report, lease, opened->is_new ? 201 : 200);
}

Reply save(Api& api, http::Request& request, SessionPtr session) {
  const auto attempt_id = attempt_in(request);
  if (!attempt_id) co_return problem(attempt_id.error());
  const auto asked = read_save(request.body);
  if (!asked) co_return problem(asked.error());
  const auto age = ago(request, "age_ms");
  if (!age) co_return problem(age.error());
  const auto shown_ms = shown_for(api, request);
  if (!shown_ms) co_return problem(shown_ms.error());
  Beside beside{.ran_since = api.sessions.ran_since(*attempt_id, *age, api.clock.mono()),
                .shown_item = in_query(request, "shown").value_or(""),
                .shown_ms = *shown_ms};
  api.at_point("answer-came");
  const auto saved = co_await api.capture.save(write_of(api, *session, asked->key), *attempt_id, asked->lease,
                                               request.params.at("item"), asked->response, asked->flagged,
                                               std::move(beside));
  if (!saved) {
    if (is_failure(saved.error()))
      api.sessions.could_not_store(*session, *attempt_id, asked->lease, api.clock.mono());
    co_return refused(api, saved.error());
  }
  api.at_point("answer-committed");
  api.metrics.answers.add();
  if (saved->is_new && is_elsewhere(*session, *attempt_id)) {
    let_stand(api, *attempt_id, asked->lease);
  } else if (saved->is_new) {
    sit_down(api, session, *attempt_id, asked->lease);
    api.sessions.shows(*session, *attempt_id, saved->shown_item);
  }
  co_return http::Response::json(saved_json(*saved));
}

/// The answer to a submission that was made before, if this is it: a retry of a lost answer must find the
/// first result, even when the PIN was changed in between.
std::optional<http::Response> made_before(Api& api, const Session& session, const SubmitRequest& asked,
                                          const Uuid& attempt_id) {
  const auto submission = Capture::submit_submission(write_of(api, session, asked.key), attempt_id,
                                                     asked.witness ? asked.witness->badge : "");
  const auto earlier =
      store::read(api.reader, [&](store::Connection& db) { return find_equal(db, submission); });
  if (!earlier || !*earlier) return {};
  return show_result(api, session, attempt_id, 200);
}

/// The badge once more, where there was one, and the PIN.
asio::awaitable<Outcome<>> sign_test(Api& api, const http::Request& request, const Session& session,
                                     const SubmitRequest& asked) {
  co_return co_await try_pin(api, request,
                             session.by_badge ? api.sign_in.confirm_with_badge(
                                                    session.operator_id, asked.badge.value_or(""), asked.pin)
                                              : api.sign_in.confirm(session.operator_id, asked.pin));
}

/// Whoever stands by: another person than the operator, who may witness.
asio::awaitable<Outcome<Witness>> identify_witness(Api& api, const http::Request& request,
                                                   const std::string& operator_id, WitnessRequest asked) {
  const auto person = co_await try_pin(api, request, api.sign_in.identify(asked.badge, std::move(asked.pin)));
  if (!person && person.error().reason == Reason::wrong_badge_or_pin) {
    co_return refuse(Reason::wrong_witness, "The witness's badge or PIN is wrong.",
                     person.error().retry_after_s);
  }
  if (!person) co_return std::unexpected(person.error());
  if (person->id == operator_id) {
    co_return refuse(Reason::witness_not_allowed, "The witness must be another person.");
  }
  if (!person->has_role(kWitness) && !person->has_role(kTeamLeader)) {
    co_return refuse(Reason::witness_not_allowed, "This person may not witness. Call a team leader.");
  }
  co_return Witness{person->id, std::move(asked.badge)};
}

Reply submit(Api& api, http::Request& request, SessionPtr session) {
  const auto came_at = api.clock.mono();
  const auto attempt_id = attempt_in(request);
  if (!attempt_id) co_return problem(attempt_id.error());
  const auto asked = read_submit(request.body);
  if (!asked) co_return problem(asked.error());
  if (auto before = made_before(api, *session, *asked, *attempt_id)) co_return std::move(*before);
  if (const auto sure = co_await sign_test(api, request, *session, *asked); !sure)
    co_return problem(sure.error());
  std::optional<Witness> witness;
  if (asked->witness) {
    auto stands_by = co_await identify_witness(api, request, session->operator_id, *asked->witness);
    if (!stands_by) {
      api.metrics.logins_failed.add();
      co_return problem(stands_by.error());
    }
    witness = std::move(*stands_by);
  }
  api.at_point("submission-came");
  // The language in which the test was shown at the end; older kiosks do not say.
  const auto submitted =
      co_await api.capture.submit(write_of(api, *session, asked->key), *attempt_id, asked->lease,
                                  std::move(witness), in_query(request, "language"));
  if (!submitted) co_return refused(api, submitted.error());
  api.at_point("submission-committed");
  api.sessions.rise(*attempt_id);
  if (submitted->is_new) {
    api.metrics.captures.add();
    api.metrics.saved_seconds.observe(std::chrono::duration<double>(api.clock.mono() - came_at).count());
    api.recorded();
  }
  co_return show_result(api, *session, *attempt_id, submitted->is_new ? 201 : 200);
}

Reply show(Api& api, http::Request& request, SessionPtr session) {
  const auto attempt_id = attempt_in(request);
  if (!attempt_id) co_return problem(attempt_id.error());
  const auto report = report_attempt(api, session->operator_id, *attempt_id);
  if (!report) co_return problem(report.error());
  // Not the attempt's own: another screen may have taken it up just now, and not sit yet.
  co_return show_attempt(api, *report, Sessions::lease_of(*session, *attempt_id), 200);
}

}  // namespace

void add_attempt_routes(http::Router& router, Api& api) {
  const auto with_api = [&api](Reply (*handler)(Api&, http::Request&, SessionPtr)) {
    return [&api, handler](http::Request& request, SessionPtr session) {
      return handler(api, request, std::move(session));
    };
  };
  router.add("POST", "/api/v1/attempts", writing(api, with_api(open)));
  router.add("GET", "/api/v1/attempts/{id}", reading(api, with_api(show)));
  router.add("PUT", "/api/v1/attempts/{id}/answers/{item}", writing(api, with_api(save)));
  router.add("POST", "/api/v1/attempts/{id}/submit", writing(api, with_api(submit)));
}

}  // namespace millrace::edge
