// Team leaders decide workflow steps: a command to the centre, shown as sent until the centre says more.
#include <gmock/gmock.h>

#include "core/base/crypto.hpp"
#include "millrace/commands/v1/commands.pb.h"
#include "tests/edge/support/requests_api.hpp"

namespace millrace::edge {
namespace {

using test::Answer;
using test::json;
using test::key;
using test::kPin;
using test::RequestsApi;
using test::text;
using test::with;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr const char* kWorkflow = "019aa8c0-1c00-7a10-8f00-3a5d2e6b9c01";
constexpr const char* kSteps =
    R"({"format": "millrace-workflows/1", "as_of": "2026-01-05T06:00:00Z", "steps": [
 {"workflow_id": "019aa8c0-1c00-7a10-8f00-3a5d2e6b9c01", "workflow_version": 3,
  "request_id": "019aa8bf-7d40-7e21-9b02-5c1f7a8d4e11", "step_id": "approval", "kind": "retest",
  "skill": "pump-operation", "operator_id": "op-1", "reason_code": "disturbed", "comment": "Noise",
  "requested_at": "2026-01-04T06:00:00Z", "due_at": "2026-02-01T00:00:00Z"},
 {"workflow_id": "019aa8c0-1c00-7a10-8f00-3a5d2e6b9c01", "workflow_version": 3,
  "request_id": "019aa8bf-7d40-7e21-9b02-5c1f7a8d4e11", "step_id": "second", "kind": "training",
  "skill": "pump-operation", "operator_id": "op-gone", "reason_code": "new-task", "comment": "",
  "requested_at": "2026-01-04T06:00:00Z", "due_at": null}]})";

std::string decide_body(const std::string& with_key, const std::string& decision = "approve",
                        const std::string& reason = "", const std::string& pin = kPin) {
  return R"({"submission_key":")" + with_key + R"(","workflow_id":")" + kWorkflow +
         R"(","step_id":"approval","workflow_version":3,"decision":")" + decision + R"(","reason":")" +
         reason + R"(","pin":")" + pin + R"("})";
}

class DecisionsApi : public test::RequestsApi {
 protected:
  DecisionsApi()
      : RequestsApi([](EdgeConfig& config) {
          config.content.workflows = config.content.roster.parent_path() / "workflows.json";
          if (!std::filesystem::exists(config.content.workflows))
            test::write_text(config.content.workflows, kSteps);
        }) {
    client_.sign_in("900", kPin);
  }
  Answer decide(const std::string& body) { return client_.call("POST", "/api/v1/decisions", body); }
  boost::json::value list() { return json(client_.call("GET", "/api/v1/decisions")); }
  void replace_steps(const std::string& steps) {
    test::write_text(edge_.folder() / "workflows.json", steps);
    restart_and_sign_in("900");
  }
};

TEST_F(DecisionsApi, lists_the_open_steps_as_of_when_the_centre_told_them) {
  const auto seen = list();
  EXPECT_EQ(text(seen.at("as_of")), "2026-01-05T06:00:00.000Z");
  ASSERT_EQ(seen.at("steps").as_array().size(), 2U);
  const auto& step = seen.at("steps").at(0);
  EXPECT_EQ(text(step.at("workflow_id")), kWorkflow);
  EXPECT_EQ(step.at("workflow_version").as_int64(), 3);
  EXPECT_EQ(text(step.at("request_id")), "019aa8bf-7d40-7e21-9b02-5c1f7a8d4e11");
  EXPECT_EQ(text(step.at("step_id")), "approval");
  EXPECT_EQ(text(step.at("kind")), "retest");
  EXPECT_EQ(text(step.at("skill")), "pump-operation");
  EXPECT_EQ(text(step.at("operator_id")), "op-1");
  EXPECT_EQ(text(step.at("operator_name")), "Person 1");
  EXPECT_EQ(text(step.at("reason_code")), "disturbed");
  EXPECT_EQ(text(step.at("comment")), "Noise");
  EXPECT_EQ(text(step.at("requested_at")), "2026-01-04T06:00:00.000Z");
  EXPECT_EQ(text(step.at("due_at")), "2026-02-01T00:00:00.000Z");
  EXPECT_EQ(text(step.at("state")), "open");
  EXPECT_TRUE(step.at("decision").is_null());
  EXPECT_TRUE(step.at("decided_at").is_null());
  EXPECT_TRUE(step.at("decided_by").is_null());
  EXPECT_TRUE(step.at("steps").as_array().empty());
  const auto& gone = seen.at("steps").at(1);
  EXPECT_EQ(text(gone.at("operator_name")), "op-gone") << "who is not in the roster keeps the id";
  EXPECT_TRUE(gone.at("due_at").is_null());
}

TEST_F(DecisionsApi, is_for_team_leaders_only) {
  for (const auto* badge : {"100", "800"}) {
    client_.sign_in(badge, kPin);
    for (const auto& answer : {client_.call("GET", "/api/v1/decisions"), decide(decide_body(key()))}) {
      EXPECT_EQ(answer.status, 403U);
      EXPECT_EQ(answer.problem(), "not-allowed");
    }
  }
  client_.forget();
  EXPECT_EQ(client_.call("GET", "/api/v1/decisions").problem(), "not-signed-in");
  EXPECT_EQ(decide(decide_body(key())).problem(), "not-signed-in");
  EXPECT_EQ(rows("record"), 0);
}

TEST_F(DecisionsApi, a_decision_is_sent_and_the_step_shows_it) {
  const auto k = key();
  const auto answer = decide(decide_body(k, "reject", "Not this week"));
  ASSERT_EQ(answer.status, 201U) << answer.body;
  const auto made = json(answer);
  EXPECT_EQ(text(made.at("event_id")), k);
  EXPECT_EQ(text(made.at("steps").at(1).at("state")), "waiting");
  const auto step = list().at("steps").at(0);
  EXPECT_EQ(text(step.at("state")), "sent");
  EXPECT_EQ(text(step.at("decision")), "reject");
  EXPECT_EQ(step.at("decided_at"), made.at("saved_at"));
  EXPECT_EQ(step.at("decided_by"), (boost::json::object{{"id", "op-9"}, {"name", "Person 9"}}));
  EXPECT_EQ(step.at("steps"), made.at("steps"));
  EXPECT_EQ(text(list().at("steps").at(1).at("state")), "open") << "the other step waits";
  EXPECT_EQ(json(client_.call("GET", "/api/v1/events/" + k + "/sync")).at("steps"), made.at("steps"));
  EXPECT_THAT(client_.call("GET", "/metrics").body, HasSubstr("millrace_edge_decisions_total 1"));
}

TEST_F(DecisionsApi, a_decision_becomes_a_command_that_the_leader_signed) {
  const auto k = key();
  ASSERT_EQ(decide(decide_body(k, "approve", "Go")).status, 201U);
  const auto event = events().at(0);
  EXPECT_EQ(event.get("type"), "millrace.command.decideworkflowstep.v1");
  EXPECT_EQ(event.get("dataschema"), "millrace.commands.v1.DecideWorkflowStep");
  EXPECT_EQ(event.get("partitionkey"), "request:019aa8bf-7d40-7e21-9b02-5c1f7a8d4e11");
  EXPECT_EQ(event.get("subject"), kWorkflow);
  EXPECT_EQ(event.get("id"), k);
  auto told = message<commands::v1::DecideWorkflowStep>(event);
  EXPECT_EQ(told.workflow_id(), kWorkflow);
  EXPECT_EQ(told.request_id(), "019aa8bf-7d40-7e21-9b02-5c1f7a8d4e11");
  EXPECT_EQ(told.step_id(), "approval");
  EXPECT_EQ(told.workflow_version(), 3U);
  EXPECT_EQ(told.decision(), commands::v1::DECISION_APPROVE);
  EXPECT_EQ(told.reason(), "Go");
  const auto signature = told.signature();
  EXPECT_EQ(signature.signer_id(), "op-9");
  EXPECT_EQ(signature.meaning(), "step.decided");
  EXPECT_THAT(signature.components_used(), ElementsAre("pin")) << "the badge was not shown again";
  told.clear_signature();
  EXPECT_EQ(signature.record_sha256(), as_text(sha256(as_bytes(told.SerializeAsString()))));
}

TEST_F(DecisionsApi, nobody_decides_on_their_own_request) {
  std::string steps = kSteps;
  steps.replace(steps.find("op-1"), 4, "op-9");
  replace_steps(steps);
  const auto refused = decide(decide_body(key()));
  EXPECT_EQ(refused.status, 403U);
  EXPECT_EQ(refused.problem(), "own-request");
  EXPECT_EQ(rows("record"), 0);
}

TEST_F(DecisionsApi, a_step_is_decided_once) {
  ASSERT_EQ(decide(decide_body(key())).status, 201U);
  const auto refused = decide(decide_body(key(), "reject", "Changed my mind"));
  EXPECT_EQ(refused.status, 409U);
  EXPECT_EQ(refused.problem(), "already-decided");
  EXPECT_EQ(rows("record"), 1);
  EXPECT_EQ(text(list().at("steps").at(0).at("decision")), "approve");
}

TEST_F(DecisionsApi, the_same_decision_again_gets_the_same_answer_after_a_restart_and_another_pin) {
  const auto k = key();
  const auto first = decide(decide_body(k));
  ASSERT_EQ(first.status, 201U);
  change_pin("1357");
  restart_and_sign_in("900", "1357");
  const auto again = decide(decide_body(k));
  EXPECT_EQ(again.status, 200U);
  EXPECT_EQ(again.body, first.body);
  const auto refused = decide(decide_body(k, "reject", "No", "1357"));
  EXPECT_EQ(refused.status, 409U);
  EXPECT_EQ(refused.problem(), "key-reused");
  EXPECT_EQ(text(json(refused).at("reference")), "KC-1");
  EXPECT_EQ(rows("record"), 1);
  EXPECT_EQ(rows("key_conflict"), 1);
}

TEST_F(DecisionsApi, the_same_decision_again_is_answered_when_the_centre_has_closed_the_step) {
  const auto k = key();
  const auto first = decide(decide_body(k));
  ASSERT_EQ(first.status, 201U);
  replace_steps(R"({"format": "millrace-workflows/1", "as_of": "2026-01-06T06:00:00Z", "steps": []})");
  EXPECT_EQ(decide(decide_body(k)).body, first.body);
  EXPECT_TRUE(list().at("steps").as_array().empty());
}

TEST_F(DecisionsApi, the_same_decision_again_is_answered_when_who_made_it_leads_no_more) {
  const auto k = key();
  const auto first = decide(decide_body(k));
  ASSERT_EQ(first.status, 201U);
  dismiss_leaders();
  restart_and_sign_in("900");
  const auto again = decide(decide_body(k));
  EXPECT_EQ(again.status, 200U);
  EXPECT_EQ(again.body, first.body);
  EXPECT_EQ(decide(decide_body(k, "reject", "No")).problem(), "not-allowed") << "something else";
  EXPECT_EQ(decide(decide_body(key())).problem(), "not-allowed") << "something new";
  client_.sign_in("100", kPin);
  EXPECT_EQ(decide(decide_body(k)).problem(), "not-allowed") << "another's key";
  EXPECT_EQ(rows("record"), 1);
}

TEST_F(DecisionsApi, a_step_that_the_centre_reopened_can_be_decided_again) {
  ASSERT_EQ(decide(decide_body(key())).status, 201U);
  auto reopened = std::string(kSteps);
  for (size_t at = 0; (at = reopened.find("\"workflow_version\": 3", at)) != std::string::npos;)
    reopened.replace(at, 21, "\"workflow_version\": 4");
  replace_steps(reopened);
  EXPECT_EQ(text(list().at("steps").at(0).at("state")), "open");
  const auto old = decide(decide_body(key()));
  EXPECT_EQ(old.status, 404U) << "the version that the leader saw is over";
  EXPECT_EQ(decide(with(decide_body(key()), "\"workflow_version\":3", "\"workflow_version\":4")).status,
            201U);
  EXPECT_EQ(rows("record"), 2);
}

TEST_F(DecisionsApi, what_is_not_open_cannot_be_decided) {
  const auto unknown = decide(with(decide_body(key()), "\"approval\"", "\"none\""));
  EXPECT_EQ(unknown.status, 404U);
  EXPECT_EQ(decide(with(decide_body(key()), kWorkflow, "019aa8c0-1c00-7a10-8f00-3a5d2e6b9c02")).status, 404U);
  EXPECT_EQ(rows("record"), 0);
}

TEST_F(DecisionsApi, a_decision_needs_the_pin_and_a_rejection_a_reason) {
  EXPECT_EQ(decide(decide_body(key(), "approve", "", "0000")).problem(), "wrong-pin");
  EXPECT_EQ(decide(decide_body(key(), "reject", "")).status, 400U);
  EXPECT_EQ(decide(decide_body(key(), "perhaps", "")).status, 400U);
  EXPECT_EQ(decide(decide_body(key(), "reject", std::string(501, 'x'))).status, 400U);
  EXPECT_EQ(decide(with(decide_body(key()), ":3,", ":0,")).status, 400U);
  EXPECT_EQ(rows("record"), 0);
  EXPECT_EQ(decide(decide_body(key(), "reject", std::string(500, 'x'))).status, 201U);
}

TEST_F(DecisionsApi, needs_the_session_s_token_and_its_own_origin) {
  const auto body = decide_body(key());
  EXPECT_EQ(client_.call("POST", "/api/v1/decisions", body, {{"X-Millrace-CSRF", "wrong"}}).problem(),
            "bad-csrf");
  EXPECT_EQ(client_.call("POST", "/api/v1/decisions", body, {{"Origin", "http://evil.example"}}).problem(),
            "wrong-origin");
  EXPECT_EQ(rows("record"), 0);
}

TEST_F(DecisionsApi, what_is_kept_holds_no_pin) {
  ASSERT_EQ(decide(decide_body(key(), "approve", "Go")).status, 201U);
  EXPECT_EQ(rows("submission WHERE body LIKE 'decide%'"), 1);
  EXPECT_EQ(rows("submission WHERE body LIKE '%' || char(10) || '2468%'"), 0);
}

TEST_F(RequestsApi, without_a_list_from_the_centre_there_is_nothing_to_decide) {
  client_.sign_in("900", kPin);
  const auto seen = json(client_.call("GET", "/api/v1/decisions"));
  EXPECT_TRUE(seen.at("as_of").is_null());
  EXPECT_TRUE(seen.at("steps").as_array().empty());
}

}  // namespace
}  // namespace millrace::edge
