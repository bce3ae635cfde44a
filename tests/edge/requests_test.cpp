// Operators ask for themselves, team leaders for them: over the real server, through the outbox.
#include <gmock/gmock.h>

#include "core/base/crypto.hpp"
#include "millrace/events/v1/request.pb.h"
#include "tests/edge/support/requests_api.hpp"

namespace millrace::edge {
namespace {

namespace bj = boost::json;
namespace pb = millrace::events::v1;
using test::ask_body;
using test::batch_body;
using test::json;
using test::kAsked;
using test::key;
using test::kPin;
using test::RequestsApi;
using test::text;
using test::with;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

TEST_F(RequestsApi, offers_skills_and_reasons_with_their_kinds) {
  client_.sign_in("100", kPin);
  const auto choices = json(client_.call("GET", "/api/v1/request-choices"));
  EXPECT_TRUE(choices.at("catalogue_as_of").is_null()) << "this plant has no catalogue";
  EXPECT_EQ(text(choices.at("skills").at(0).at("id")), "pump-operation");
  EXPECT_FALSE(choices.at("skills").at(0).at("title").as_object().empty());
  EXPECT_EQ(text(choices.at("reasons").at(0).at("code")), "new-task");
  EXPECT_EQ(choices.at("reasons").at(0).at("kinds").as_array(), bj::array{"training"});
}

TEST_F(RequestsApi, shows_people_to_ask_for_to_team_leaders_only) {
  client_.sign_in("100", kPin);
  EXPECT_TRUE(json(client_.call("GET", "/api/v1/request-choices")).at("people").as_array().empty());
  client_.sign_in("900", kPin);
  const auto people = json(client_.call("GET", "/api/v1/request-choices")).at("people");
  ASSERT_EQ(people.as_array().size(), 4U) << "the inactive one cannot be asked for";
  EXPECT_EQ(text(people.at(0).at("id")), "op-1");
  EXPECT_EQ(text(people.at(0).at("name")), "Person 1");
}

TEST_F(RequestsApi, a_request_is_saved_and_waits_to_be_sent) {
  client_.sign_in("100", kPin);
  const auto k = key();
  const auto answer = ask(ask_body(k));
  ASSERT_EQ(answer.status, 201U) << answer.body;
  const auto made = json(answer);
  EXPECT_EQ(text(made.at("event_id")), k);
  EXPECT_NE(text(made.at("request_id")), k);
  EXPECT_EQ(text(made.at("steps").at(0).at("name")), "saved");
  EXPECT_EQ(made.at("steps").at(0).at("at"), made.at("saved_at"));
  EXPECT_EQ(text(made.at("steps").at(1).at("state")), "waiting");
  EXPECT_EQ(text(made.at("steps").at(2).at("state")), "unknown");
  EXPECT_EQ(made.at("steps").as_array().size(), 3U) << "nobody certifies a request";
  EXPECT_EQ(json(client_.call("GET", "/api/v1/status")).at("outbox").at("depth").as_int64(), 1);
  EXPECT_THAT(client_.call("GET", "/metrics").body, HasSubstr("millrace_edge_requests_total 1"));
}

TEST_F(RequestsApi, a_request_becomes_an_event_that_the_operator_signed) {
  client_.sign_in("100", kPin, "k7");
  const auto made = json(ask(ask_body(key())));
  const auto event = events().at(0);
  const auto request_id = text(made.at("request_id"));
  EXPECT_EQ(event.get("type"), "millrace.request.created.v1");
  EXPECT_EQ(event.get("dataschema"), "millrace.events.v1.RequestCreated");
  EXPECT_EQ(event.get("partitionkey"), "request:" + request_id);
  EXPECT_EQ(event.get("subject"), request_id);
  EXPECT_EQ(event.get("id"), text(made.at("event_id")));
  auto told = message<pb::RequestCreated>(event);
  EXPECT_EQ(told.h().place().kiosk(), "k7");
  EXPECT_EQ(told.h().submission_key(), text(made.at("event_id")));
  EXPECT_EQ(told.request().request_id(), request_id);
  EXPECT_EQ(told.request().operator_id(), "op-1");
  EXPECT_EQ(told.request().kind(), pb::REQUEST_KIND_RETEST);
  EXPECT_EQ(told.request().skill(), "pump-operation");
  EXPECT_EQ(told.request().reason_code(), "disturbed");
  EXPECT_EQ(told.request().comment(), "The line\nstopped");
  EXPECT_EQ(told.request().comment_language(), "en");
  EXPECT_EQ(rfc3339(WallTime{Millis{told.request().needed_by_ms()}}), "2026-12-24T00:00:00.000Z");
  EXPECT_EQ(told.request().priority(), pb::PRIORITY_HIGH);
  const auto signature = told.signature();
  EXPECT_EQ(signature.signer_id(), "op-1");
  EXPECT_EQ(signature.meaning(), "request.created");
  EXPECT_THAT(signature.components_used(), ElementsAre("pin")) << "the badge was not shown again";
  told.clear_signature();
  EXPECT_EQ(signature.record_sha256(), as_text(sha256(as_bytes(told.SerializeAsString()))));
}

class RequestsByName : public RequestsApi {
 protected:
  RequestsByName() : RequestsApi([](EdgeConfig& config) { config.kiosk.roster_sign_in = true; }) {}
};

TEST_F(RequestsByName, whoever_chose_a_name_signs_with_the_pin_alone) {
  client_.choose("op-1", kPin);
  ASSERT_EQ(ask(ask_body(key())).status, 201U);
  EXPECT_THAT(message<pb::RequestCreated>(events().at(0)).signature().components_used(), ElementsAre("pin"));
}

TEST_F(RequestsApi, a_request_needs_the_pin_again) {
  client_.sign_in("100", kPin);
  const auto refused = ask(ask_body(key(), "0000"));
  EXPECT_EQ(refused.status, 401U);
  EXPECT_EQ(refused.problem(), "wrong-pin");
  EXPECT_EQ(rows("record"), 0);
}

TEST_F(RequestsApi, the_same_request_again_gets_the_same_answer_after_a_restart_and_another_pin) {
  client_.sign_in("100", kPin);
  const auto k = key();
  const auto first = ask(ask_body(k));
  ASSERT_EQ(first.status, 201U);
  change_pin("1357");
  restart_and_sign_in("100", "1357");
  for (const auto* pin : {kPin, "1357"}) {
    const auto again = ask(ask_body(k, pin));
    EXPECT_EQ(again.status, 200U);
    EXPECT_EQ(again.body, first.body);
  }
  EXPECT_EQ(rows("record"), 1);
  EXPECT_EQ(rows("request"), 1);
}

TEST_F(RequestsApi, the_same_key_for_another_request_is_refused_with_a_reference_and_both_are_kept) {
  client_.sign_in("100", kPin);
  const auto k = key();
  ASSERT_EQ(ask(ask_body(k)).status, 201U);
  const auto refused = ask(ask_body(k, kPin, with(kAsked, "high", "urgent")));
  EXPECT_EQ(refused.status, 409U);
  EXPECT_EQ(refused.problem(), "key-reused");
  EXPECT_EQ(text(json(refused).at("reference")), "KC-1");
  EXPECT_EQ(rows("key_conflict WHERE id = 1 AND body LIKE '%urgent%'"), 1);
  EXPECT_EQ(rows("submission WHERE body LIKE '%high%'"), 1);
  EXPECT_EQ(rows("record"), 1);
}

TEST_F(RequestsApi, what_is_kept_of_a_request_holds_no_pin) {
  client_.sign_in("100", kPin);
  const auto k = key();
  ASSERT_EQ(ask(ask_body(k)).status, 201U);
  ASSERT_EQ(ask(ask_body(k, kPin, with(kAsked, "high", "low"))).status, 409U);
  for (const auto* table : {"submission", "key_conflict"}) {
    EXPECT_EQ(rows(std::string(table) + " WHERE body LIKE '%' || char(10) || '2468%'"), 0) << table;
  }
  EXPECT_EQ(std::string(as_text(events().at(0).data)).find("2468"), std::string::npos);
}

TEST_F(RequestsApi, a_comment_has_at_most_500_characters) {
  client_.sign_in("100", kPin);
  std::string umlauts;
  for (int i = 0; i < 500; ++i) umlauts += "ü";
  const auto commented = [&](const std::string& comment) {
    return ask(ask_body(key(), kPin, with(kAsked, "The line\\nstopped", comment)));
  };
  EXPECT_EQ(commented(umlauts).status, 201U);
  const auto refused = commented(umlauts + "x");
  EXPECT_EQ(refused.status, 400U);
  EXPECT_THAT(refused.body, HasSubstr("500 characters"));
  EXPECT_EQ(commented("").status, 201U) << "none is needed";
}

TEST_F(RequestsApi, a_malformed_request_is_refused_and_nothing_is_stored) {
  client_.sign_in("100", kPin);
  const std::vector<std::pair<std::string, std::string>> changes = {
      {"\"retest\"", "\"holiday\""},
      {"\"high\"", "\"highest\""},
      {"\"2026-12-24\"", "\"2026-02-30\""},
      {"\"2026-12-24\"", "\"24.12.2026\""},
      {"\"2026-12-24\"", "\"2026-12-24T00:00:00Z\""},
      {"\"pump-operation\"", "\"forklift\""},
      {"\"pump-operation\"", "\"pump\\noperation\""},
      {"\"disturbed\"", "\"no-such-reason\""},
      {"\"disturbed\"", "\"expires-soon\""},  // no reason for a retest
      {"\"en\"", "\"\""},
      {"\"priority\"", "\"score\":1,\"priority\""},
      {"\"needed_by\":\"2026-12-24\",", ""},
  };
  for (const auto& [from, to] : changes) {
    const auto answer = ask(ask_body(key(), kPin, with(kAsked, from, to)));
    EXPECT_EQ(answer.status, 400U) << from << " -> " << to << "\n" << answer.body;
    EXPECT_EQ(answer.problem(), "invalid-input");
  }
  EXPECT_EQ(ask(ask_body("not-a-key")).status, 400U);
  EXPECT_EQ(rows("submission"), 0);
  EXPECT_EQ(rows("record"), 0);
  EXPECT_EQ(ask(ask_body(key(), kPin, with(kAsked, "\"2026-12-24\"", "null"))).status, 201U)
      << "no day is a good answer";
}

TEST_F(RequestsApi, requests_need_a_session_its_token_and_their_own_origin) {
  EXPECT_EQ(ask(ask_body(key())).problem(), "not-signed-in");
  EXPECT_EQ(client_.call("GET", "/api/v1/request-choices").status, 401U);
  client_.sign_in("900", kPin);
  for (const auto& [path, body] : std::vector<std::pair<std::string, std::string>>{
           {"/api/v1/requests", ask_body(key())},
           {"/api/v1/requests/on-behalf", batch_body(key(), R"(["op-1"])")}}) {
    EXPECT_EQ(client_.call("POST", path, body, {{"X-Millrace-CSRF", "wrong"}}).problem(), "bad-csrf");
    EXPECT_EQ(client_.call("POST", path, body, {{"Origin", "http://evil.example"}}).problem(),
              "wrong-origin");
    EXPECT_EQ(client_.call("POST", path, body, {{"Content-Type", "text/plain"}}).status, 415U);
  }
  EXPECT_EQ(rows("record"), 0);
}

TEST_F(RequestsApi, a_leader_asks_for_several_in_one_act_and_each_is_an_event) {
  client_.sign_in("900", kPin);
  const auto k = key();
  const auto answer = ask_on_behalf(batch_body(k, R"(["op-2","op-1"])"));
  ASSERT_EQ(answer.status, 201U) << answer.body;
  const auto made = json(answer);
  const auto& requests = made.at("requests").as_array();
  ASSERT_EQ(requests.size(), 2U);
  EXPECT_EQ(text(requests[0].at("operator_id")), "op-2");
  EXPECT_EQ(text(requests[0].at("event_id")), k) << "the first event is the submission's";
  EXPECT_NE(requests[0].at("event_id"), requests[1].at("event_id"));
  EXPECT_NE(requests[0].at("request_id"), requests[1].at("request_id"));
  EXPECT_EQ(text(requests[1].at("steps").at(1).at("state")), "waiting");
  const auto recorded = events();
  ASSERT_EQ(recorded.size(), 2U);
  for (size_t i = 0; i < 2; ++i) {
    EXPECT_EQ(recorded[i].get("type"), "millrace.request.createdonbehalf.v1");
    EXPECT_EQ(recorded[i].get("id"), text(requests[i].at("event_id")));
    EXPECT_EQ(recorded[i].get("partitionkey"), "request:" + text(requests[i].at("request_id")));
    auto told = message<pb::RequestOnBehalfCreated>(recorded[i]);
    EXPECT_EQ(told.request().operator_id(), text(requests[i].at("operator_id")));
    EXPECT_EQ(told.batch_id(), text(made.at("batch_id")));
    EXPECT_EQ(told.delegate_id(), "op-9");
    EXPECT_EQ(told.delegation_basis(), "role:team-leader");
    EXPECT_TRUE(told.operator_acknowledged());
    EXPECT_FALSE(told.has_signature()) << "the operator did not sign";
    const auto signature = told.delegate_signature();
    EXPECT_EQ(signature.signer_id(), "op-9");
    EXPECT_EQ(signature.meaning(), "request.created");
    told.clear_delegate_signature();
    EXPECT_EQ(signature.record_sha256(), as_text(sha256(as_bytes(told.SerializeAsString()))));
  }
  EXPECT_THAT(client_.call("GET", "/metrics").body, HasSubstr("millrace_edge_requests_total 2"));
}

TEST_F(RequestsApi, only_a_team_leader_asks_for_others) {
  for (const auto* badge : {"100", "800"}) {
    client_.sign_in(badge, kPin);
    const auto answer = ask_on_behalf(batch_body(key(), R"(["op-2"])"));
    EXPECT_EQ(answer.status, 403U);
    EXPECT_EQ(answer.problem(), "not-allowed");
  }
  EXPECT_EQ(rows("record"), 0);
}

TEST_F(RequestsApi, the_same_batch_again_gets_the_same_answer_after_a_restart_and_another_pin) {
  client_.sign_in("900", kPin);
  const auto k = key();
  const auto first = ask_on_behalf(batch_body(k, R"(["op-1","op-2"])"));
  ASSERT_EQ(first.status, 201U);
  change_pin("1357");
  restart_and_sign_in("900", "1357");
  const auto again = ask_on_behalf(batch_body(k, R"(["op-1","op-2"])", "0000"));
  EXPECT_EQ(again.status, 200U);
  EXPECT_EQ(again.body, first.body);
  const auto refused = ask_on_behalf(batch_body(k, R"(["op-1"])", "1357"));
  EXPECT_EQ(refused.problem(), "key-reused") << "fewer people is another request";
  EXPECT_EQ(text(json(refused).at("reference")), "KC-1");
  EXPECT_EQ(rows("record"), 2);
}

TEST_F(RequestsApi, the_same_batch_again_gets_the_same_answer_when_who_made_it_leads_no_more) {
  client_.sign_in("900", kPin);
  const auto k = key();
  const auto first = ask_on_behalf(batch_body(k, R"(["op-1"])"));
  ASSERT_EQ(first.status, 201U);
  dismiss_leaders();
  restart_and_sign_in("900");
  const auto again = ask_on_behalf(batch_body(k, R"(["op-1"])"));
  EXPECT_EQ(again.status, 200U);
  EXPECT_EQ(again.body, first.body);
  EXPECT_EQ(ask_on_behalf(batch_body(k, R"(["op-2"])")).problem(), "not-allowed") << "something else";
  EXPECT_EQ(ask_on_behalf(batch_body(key(), R"(["op-1"])")).problem(), "not-allowed") << "something new";
  client_.sign_in("100", kPin);
  EXPECT_EQ(ask_on_behalf(batch_body(k, R"(["op-1"])")).problem(), "not-allowed") << "another's key";
  EXPECT_EQ(rows("record"), 1);
}

TEST_F(RequestsApi, a_batch_names_1_to_20_people_of_this_box_each_once) {
  client_.sign_in("900", kPin);
  std::string people = "\"op-1\",\"op-2\",\"op-8\",\"op-9\"";
  EXPECT_EQ(ask_on_behalf(batch_body(key(), "[" + people + "]")).status, 201U);
  for (const auto* ids : {"[]", R"(["op-1","op-1"])", R"(["op-1","op-77"])", R"(["op-3"])", R"("op-1")"}) {
    const auto answer = ask_on_behalf(batch_body(key(), ids));
    EXPECT_EQ(answer.status, 400U) << ids;
    EXPECT_EQ(answer.problem(), "invalid-input");
  }
  const auto many = [&](int count) {
    std::string ids;
    for (int i = 0; i < count; ++i) ids += (i > 0 ? ",\"x-" : "\"x-") + std::to_string(i) + "\"";
    return ask_on_behalf(batch_body(key(), "[" + ids + "]")).body;
  };
  EXPECT_THAT(many(20), HasSubstr("is nobody at this box")) << "not too many";
  EXPECT_THAT(many(21), HasSubstr("20"));
  EXPECT_EQ(rows("request"), 4);
}

TEST_F(RequestsApi, my_work_shows_my_requests_and_who_asked_for_me) {
  client_.sign_in("100", kPin);
  const auto own = json(ask(ask_body(key())));
  client_.sign_in("900", kPin);
  ASSERT_EQ(ask_on_behalf(batch_body(key(), R"(["op-1"])")).status, 201U);
  client_.sign_in("100", kPin);
  const auto work = json(client_.call("GET", "/api/v1/work"));
  EXPECT_EQ(text(work.at("assignments_as_of")), "2026-01-05T06:00:00.000Z");
  const auto& requests = work.at("requests").as_array();
  ASSERT_EQ(requests.size(), 2U);
  EXPECT_EQ(text(requests[0].at("on_behalf_by")), "Person 9") << "the newest first";
  EXPECT_TRUE(requests[1].at("on_behalf_by").is_null());
  EXPECT_EQ(requests[1].at("request_id"), own.at("request_id"));
  EXPECT_EQ(requests[1].at("event_id"), own.at("event_id"));
  EXPECT_EQ(requests[1].at("created_at"), own.at("saved_at"));
  EXPECT_EQ(requests[1].at("steps"), own.at("steps"));
  EXPECT_EQ(text(requests[1].at("kind")), "retest");
  EXPECT_EQ(text(requests[1].at("skill")), "pump-operation");
  EXPECT_EQ(text(requests[1].at("reason_code")), "disturbed");
  client_.sign_in("200", kPin);
  EXPECT_TRUE(json(client_.call("GET", "/api/v1/work")).at("requests").as_array().empty());
}

TEST_F(RequestsApi, my_work_shows_the_latest_50_requests) {
  client_.sign_in("100", kPin);
  std::string newest;
  for (int i = 0; i < 51; ++i) newest = text(json(ask(ask_body(key()))).at("event_id"));
  const auto work = json(client_.call("GET", "/api/v1/work"));
  ASSERT_EQ(work.at("requests").as_array().size(), 50U);
  EXPECT_EQ(text(work.at("requests").at(0).at("event_id")), newest);
  EXPECT_EQ(rows("request"), 51) << "all are kept";
}

TEST_F(RequestsApi, a_request_is_followed_by_its_event_by_those_whom_it_concerns) {
  client_.sign_in("900", kPin);
  const auto made = json(ask_on_behalf(batch_body(key(), R"(["op-1"])"))).at("requests").at(0);
  const auto path = "/api/v1/events/" + text(made.at("event_id"));
  for (const auto* badge : {"900", "100"}) {
    client_.sign_in(badge, kPin);
    const auto seen = json(client_.call("GET", path + "/sync"));
    EXPECT_EQ(seen.at("event_id"), made.at("event_id"));
    EXPECT_EQ(seen.at("steps"), made.at("steps"));
    test::EventReader stream(client_, path + "/sync/events");
    ASSERT_EQ(stream.status(), 200U);
    EXPECT_EQ(stream.next(), client_.call("GET", path + "/sync").body);
  }
  client_.sign_in("200", kPin);
  for (const auto* tail : {"/sync", "/sync/events"}) {
    EXPECT_EQ(client_.call("GET", path + tail).status, 404U) << "another's";
    EXPECT_EQ(client_.call("GET", std::string("/api/v1/events/not-an-id") + tail).status, 404U);
  }
  client_.forget();
  EXPECT_EQ(client_.call("GET", path + "/sync").status, 401U);
}

TEST_F(RequestsApi, a_test_is_followed_by_its_event_too) {
  client_.sign_in("100", kPin);
  begin();
  const auto event_id = key();
  const auto result = json(submit(event_id));
  const auto seen = json(client_.call("GET", "/api/v1/events/" + event_id + "/sync"));
  EXPECT_EQ(seen.at("steps"), result.at("steps")) << "with the certificate that it leads to";
}

TEST_F(RequestsApi, what_the_box_keeps_no_record_of_any_more_is_not_said_to_be_on_its_way) {
  client_.sign_in("100", kPin);
  const auto given_up = key();
  ASSERT_EQ(ask(ask_body(given_up)).status, 201U);
  begin();
  ASSERT_EQ(submit(key()).status, 201U);
  discard_prune_and_restart(given_up);
  client_.sign_in("100", kPin);
  for (const auto& path : {"/api/v1/events/" + given_up, path_}) {
    const auto steps = json(client_.call("GET", path + "/sync")).at("steps");
    EXPECT_EQ(text(steps.at(0).at("state")), "done");
    EXPECT_EQ(steps.at(1), (bj::object{{"name", "sent"}, {"state", "unknown"}})) << path;
  }
  const auto fresh = json(ask(ask_body(key())));
  EXPECT_EQ(text(fresh.at("steps").at(1).at("state")), "waiting");
}

}  // namespace
}  // namespace millrace::edge
