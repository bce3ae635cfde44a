#include "edge/capture/request_desk.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "core/delivery/derived_id.hpp"
#include "edge/capture/query.hpp"
#include "edge/capture/transaction.hpp"

namespace millrace::edge {

namespace asio = boost::asio;

namespace {

/// The comment comes last: nothing else may hold a line feed.
std::string body_of(const Asked& asked) {
  return fmt::format("{}\n{}\n{}\n{}\n{}\n{}\n{}\n", to_string(asked.kind), asked.skill, asked.reason_code,
                     asked.needed_by ? wall_ms(*asked.needed_by) : 0, to_string(asked.priority),
                     asked.comment_language, asked.comment);
}

/// The first event's id is the key itself.
RequestIds ids_of(const Uuid& key, uint32_t position) {
  return {delivery::derived_id(key, "request", position),
          position == 0 ? key : delivery::derived_id(key, "event", position)};
}

}  // namespace

/// One act for several operators.
struct RequestDesk::Batch {
  Uuid id;
  bool acknowledged = false;
};

Submission RequestDesk::request_submission(const Author& author, const Asked& asked) {
  return {author.key, author.operator_id, author.kiosk, "request\n" + body_of(asked)};
}

Submission RequestDesk::on_behalf_submission(const Author& author, const Asked& asked,
                                             const std::vector<std::string>& operator_ids,
                                             bool acknowledged) {
  return {author.key, author.operator_id, author.kiosk,
          fmt::format("on-behalf\n{}\n{}\n{}", fmt::join(operator_ids, ","),
                      acknowledged ? "acknowledged" : "", body_of(asked))};
}

Submission RequestDesk::decision_submission(const Author& author, const Uuid& workflow_id,
                                            std::string_view step_id, uint64_t workflow_version,
                                            Decision decision, std::string_view reason) {
  return {author.key, author.operator_id, author.kiosk,
          fmt::format("decide\n{}\n{}\n{}\n{}\n{}\n", workflow_id.string(), step_id, workflow_version,
                      to_string(decision), reason)};
}

Circumstances RequestDesk::here(const Author& author) const {
  return {.place = parts_.place,
          .kiosk = author.kiosk,
          .submission_key = author.key,
          .at = moment(parts_.clock),
          .clock_state = parts_.clock.state(),
          .boot_id = parts_.boot_id,
          // What is shown again is the PIN, however they came in.
          .signed_with = SignedWith::pin};
}

asio::awaitable<Outcome<RequestsMade>> RequestDesk::ask(Author author, Asked asked) {
  auto submission = request_submission(author, asked);
  std::vector<std::string> for_whom{author.operator_id};
  co_return co_await record(std::move(author), std::move(submission), std::move(asked), std::move(for_whom),
                            {});
}

asio::awaitable<Outcome<RequestsMade>> RequestDesk::ask_on_behalf(Author author, Asked asked,
                                                                  std::vector<std::string> operator_ids,
                                                                  bool acknowledged) {
  auto submission = on_behalf_submission(author, asked, operator_ids, acknowledged);
  const Batch batch{delivery::derived_id(author.key, "batch", 0), acknowledged};
  co_return co_await record(std::move(author), std::move(submission), std::move(asked),
                            std::move(operator_ids), batch);
}

asio::awaitable<Outcome<RequestsMade>> RequestDesk::record(Author author, Submission submission, Asked asked,
                                                           std::vector<std::string> operator_ids,
                                                           std::optional<Batch> batch) {
  const auto circumstances = here(author);
  co_return co_await in_transaction<RequestsMade>(
      parts_, submission, [&](store::Connection& db) -> Outcome<RequestsMade> {
        const auto earlier = look_up(db, submission, circumstances.at.wall);
        if (!earlier) return std::unexpected(earlier.error());
        if (*earlier) {
          auto before = RequestStore::of_submission(db, author.key);
          if (before.empty()) return failed({ErrorKind::corrupt, "the requests of a submission are missing"});
          return RequestsMade{std::move(before), false};
        }

        RequestsMade made{{}, true};
        for (const auto& operator_id : operator_ids) {
          const auto position = static_cast<uint32_t>(made.requests.size());
          const auto ids = ids_of(author.key, position);
          auto event = batch ? make_request_on_behalf(circumstances, ids, asked,
                                                      {.operator_id = operator_id,
                                                       .leader_id = author.operator_id,
                                                       .batch_id = batch->id,
                                                       .operator_acknowledged = batch->acknowledged})
                             : make_request(circumstances, ids, asked, operator_id);
          const auto recorded = parts_.outbox.append(db, std::move(event));
          if (!recorded) return failed(recorded.error());
          StoredRequest request;
          request.request_id = ids.request_id;
          request.event_id = ids.event_id;
          request.submission_key = author.key;
          request.position = position;
          if (batch) request.batch_id = batch->id;
          request.operator_id = operator_id;
          request.made_by = author.operator_id;
          request.kind = asked.kind;
          request.skill = asked.skill;
          request.reason_code = asked.reason_code;
          request.saved_at = recorded->recorded;
          RequestStore::insert(db, request);
          made.requests.push_back(std::move(request));
        }
        const auto& first = made.requests.front();
        keep(db, submission, {first.batch_id.value_or(first.request_id), 0, first.saved_at});
        return made;
      });
}

asio::awaitable<Outcome<DecisionMade>> RequestDesk::decide(Author author, WorkflowStep step,
                                                           Decision decision, std::string reason) {
  const auto circumstances = here(author);
  const auto submission =
      decision_submission(author, step.workflow_id, step.step_id, step.workflow_version, decision, reason);
  co_return co_await in_transaction<DecisionMade>(
      parts_, submission, [&](store::Connection& db) -> Outcome<DecisionMade> {
        const auto earlier = look_up(db, submission, circumstances.at.wall);
        if (!earlier) return std::unexpected(earlier.error());
        const auto before =
            RequestStore::find_decision(db, step.workflow_id, step.step_id, step.workflow_version);
        if (*earlier && before) return DecisionMade{*before, false};
        if (before) {
          return refuse(Reason::already_decided, "This step is decided already, and waits for the centre.");
        }
        const auto recorded = parts_.outbox.append(
            db, make_decision(circumstances, {step, decision, reason, author.operator_id}));
        if (!recorded) return failed(recorded.error());
        const StoredDecision made{step.workflow_id,   step.step_id, step.workflow_version, author.key,
                                  author.operator_id, decision,     recorded->recorded};
        RequestStore::insert(db, made);
        keep(db, submission, {step.workflow_id, 0, recorded->recorded});
        return DecisionMade{made, true};
      });
}

}  // namespace millrace::edge
