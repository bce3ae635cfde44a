#include "edge/capture/completion.hpp"

#include <algorithm>
#include <limits>

#include <fmt/format.h>

#include "edge/capture/event_parts.hpp"
#include "millrace/events/v1/test.pb.h"

namespace millrace::edge {
namespace {

namespace pb = millrace::events::v1;

constexpr std::string_view kType = "millrace.test.completed.v1";
constexpr std::string_view kMeaning = "test.submitted";
/// What the contract's member holds.
constexpr int64_t kMostShownMs = std::numeric_limits<uint32_t>::max();
constexpr std::string_view kWitnessMeaning = "test.witnessed";

template <class Array>
std::string raw(const Array& bytes) {
  return std::string(as_text(bytes));
}

void fill_response(pb::Response& out, const Response& response) {
  if (const auto* choice = std::get_if<Choice>(&response)) out.set_choice(choice->option);
  if (const auto* choices = std::get_if<Choices>(&response)) {
    auto& ids = *out.mutable_choices();
    for (const auto& option : choices->options) ids.add_ids(option);
  }
  if (const auto* truth = std::get_if<Truth>(&response)) out.set_truth(truth->value);
  if (const auto* number = std::get_if<Number>(&response)) out.set_number(number->text);
  if (const auto* order = std::get_if<Order>(&response)) {
    auto& ids = *out.mutable_order();
    for (const auto& option : order->options) ids.add_ids(option);
  }
  if (const auto* pairs = std::get_if<Pairs>(&response)) {
    for (const auto& [left, right] : pairs->right_of) {
      auto& pair = *out.mutable_pairs()->add_pairs();
      pair.set_left(left);
      pair.set_right(right);
    }
  }
  if (const auto* spot = std::get_if<Spot>(&response)) out.set_region(spot->region);
}

void fill_items(pb::TestCompleted& out, const Completion& completion) {
  for (size_t i = 0; i < completion.form.size(); ++i) {
    const auto& item = *completion.form[i].item;
    auto& answered = *out.add_items();
    answered.set_item_id(item.id);
    answered.set_item_version(item.version);
    answered.set_position(static_cast<uint32_t>(i + 1));
    answered.set_score_bp(static_cast<uint32_t>(completion.score.item_bp[i]));
    answered.set_critical(item.critical);
    const auto answer = completion.answers.find(item.id);
    if (answer == completion.answers.end()) continue;
    if (is_answered(answer->second.response))
      fill_response(*answered.mutable_response(), answer->second.response);
    answered.set_changes(answer->second.changes);
    if (!completion.tells_times) continue;
    answered.set_shown_ms(
        static_cast<uint32_t>(std::min<int64_t>(answer->second.shown.count(), kMostShownMs)));
  }
}

/// Two kiosks can pass an attempt to and fro for ever, and the event is bounded: the last one covers the
/// rest.
void fill_interruptions(pb::TestCompleted& out, const Completion& completion) {
  for (const auto& interruption : completion.interruptions) {
    const bool full = out.interruptions_size() == kMostInterruptions;
    auto& told = full ? *out.mutable_interruptions(kMostInterruptions - 1) : *out.add_interruptions();
    if (!full) {
      told.set_kind(static_cast<pb::Interruption::Kind>(interruption.kind));
      told.set_from_ms(wall_ms(interruption.from));
    }
    told.set_to_ms(wall_ms(interruption.to));
    told.set_resumed_on_kiosk(interruption.resumed_on);
  }
}

void sign(pb::TestCompleted& out, const Completion& completion) {
  *out.mutable_operator_signature() =
      signature_under(out, completion.attempt.facts.operator_id, kMeaning, completion.at.wall,
                      completion.by_badge ? SignedWith::badge_and_pin : SignedWith::pin);
  if (completion.witness_id.empty()) return;
  *out.mutable_witness_signature() =
      signature_under(out, completion.witness_id, kWitnessMeaning, completion.at.wall);
}

}  // namespace

delivery::Event make_completion(const Place& place, const Completion& completion) {
  const auto& facts = completion.attempt.facts;
  const auto& state = completion.attempt.attempt.state();
  pb::TestCompleted out;
  const Circumstances here{.place = place,
                           .kiosk = state.kiosk,
                           .submission_key = completion.event_id,
                           .at = completion.at,
                           .clock_state = completion.clock_state,
                           .boot_id = completion.boot_id};
  *out.mutable_h() = header_of(here);
  out.set_attempt_id(facts.attempt_id.string());
  out.set_assignment_id(facts.assignment_id);
  out.set_operator_id(facts.operator_id);
  out.set_attempt_no(facts.attempt_no);
  out.set_test_id(facts.test_id);
  out.set_test_version(facts.test_version);
  out.set_package_sha256(raw(facts.package_sha256));
  out.set_form_seed(facts.form_seed);
  out.set_language(state.language);
  out.set_started_ms(wall_ms(facts.started_at));
  out.set_active_ms(state.active.count());
  fill_interruptions(out, completion);
  fill_items(out, completion);
  out.set_journal_sha256(raw(completion.attempt.journal_sha256));
  out.set_score_bp(static_cast<uint32_t>(completion.score.score_bp));
  out.set_pass_mark_bp(facts.pass_mark_bp);
  out.set_critical_item_failed(completion.score.critical_item_failed);
  out.set_outcome(completion.score.passed ? pb::OUTCOME_PASSED : pb::OUTCOME_FAILED);
  out.set_end_reason(completion.end_reason == EndReason::time_up ? pb::END_REASON_TIME_UP
                                                                 : pb::END_REASON_SUBMITTED);
  out.set_scorer_version(std::string(kScorerVersion));
  sign(out, completion);

  return event_of(out, here,
                  {.id = completion.event_id,
                   .type = kType,
                   .subject = facts.attempt_id.string(),
                   .partition_key = fmt::format("operator:{}", facts.operator_id)});
}

}  // namespace millrace::edge
