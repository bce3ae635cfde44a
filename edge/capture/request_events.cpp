#include "edge/capture/request_events.hpp"

#include <fmt/format.h>

#include "millrace/commands/v1/commands.pb.h"
#include "millrace/events/v1/request.pb.h"

namespace millrace::edge {
namespace {

namespace pb = millrace::events::v1;

constexpr std::string_view kRequested = "request.created";
constexpr std::string_view kDecided = "step.decided";
/// Why a leader may ask for somebody.
constexpr std::string_view kDelegationBasis = "role:team-leader";

pb::RequestKind to_pb(RequestKind kind) {
  switch (kind) {
    case RequestKind::training:
      return pb::REQUEST_KIND_TRAINING;
    case RequestKind::recertification:
      return pb::REQUEST_KIND_RECERTIFICATION;
    case RequestKind::retest:
      return pb::REQUEST_KIND_RETEST;
    case RequestKind::accommodation:
      return pb::REQUEST_KIND_ACCOMMODATION;
  }
  return pb::REQUEST_KIND_UNSPECIFIED;
}

pb::Priority to_pb(Priority priority) {
  switch (priority) {
    case Priority::low:
      return pb::PRIORITY_LOW;
    case Priority::normal:
      return pb::PRIORITY_NORMAL;
    case Priority::high:
      return pb::PRIORITY_HIGH;
    case Priority::urgent:
      return pb::PRIORITY_URGENT;
  }
  return pb::PRIORITY_UNSPECIFIED;
}

pb::RequestDetails details_of(const RequestIds& ids, const Asked& asked, const std::string& operator_id) {
  pb::RequestDetails details;
  details.set_request_id(ids.request_id.string());
  details.set_operator_id(operator_id);
  details.set_kind(to_pb(asked.kind));
  details.set_skill(asked.skill);
  details.set_reason_code(asked.reason_code);
  details.set_comment(asked.comment);
  details.set_comment_language(asked.comment_language);
  if (asked.needed_by) details.set_needed_by_ms(asked.needed_by->time_since_epoch().count());
  details.set_priority(to_pb(asked.priority));
  return details;
}

Addressed to_request(const Uuid& event_id, std::string_view type, std::string subject,
                     const Uuid& request_id) {
  return {.id = event_id,
          .type = type,
          .subject = std::move(subject),
          .partition_key = fmt::format("request:{}", request_id.string())};
}

}  // namespace

delivery::Event make_request(const Circumstances& here, const RequestIds& ids, const Asked& asked,
                             const std::string& operator_id) {
  pb::RequestCreated out;
  *out.mutable_h() = header_of(here);
  *out.mutable_request() = details_of(ids, asked, operator_id);
  *out.mutable_signature() = signature_under(out, operator_id, kRequested, here.at.wall, here.signed_with);
  return event_of(
      out, here,
      to_request(ids.event_id, "millrace.request.created.v1", ids.request_id.string(), ids.request_id));
}

delivery::Event make_request_on_behalf(const Circumstances& here, const RequestIds& ids, const Asked& asked,
                                       const OnBehalf& on_behalf) {
  pb::RequestOnBehalfCreated out;
  *out.mutable_h() = header_of(here);
  *out.mutable_request() = details_of(ids, asked, on_behalf.operator_id);
  out.set_batch_id(on_behalf.batch_id.string());
  out.set_delegate_id(on_behalf.leader_id);
  out.set_delegation_basis(std::string(kDelegationBasis));
  out.set_operator_acknowledged(on_behalf.operator_acknowledged);
  *out.mutable_delegate_signature() =
      signature_under(out, on_behalf.leader_id, kRequested, here.at.wall, here.signed_with);
  return event_of(out, here,
                  to_request(ids.event_id, "millrace.request.createdonbehalf.v1", ids.request_id.string(),
                             ids.request_id));
}

delivery::Event make_decision(const Circumstances& here, const Decided& decided) {
  millrace::commands::v1::DecideWorkflowStep out;
  *out.mutable_h() = header_of(here);
  out.set_workflow_id(decided.step.workflow_id.string());
  out.set_request_id(decided.step.request_id.string());
  out.set_step_id(decided.step.step_id);
  out.set_workflow_version(decided.step.workflow_version);
  out.set_decision(decided.decision == Decision::approve ? millrace::commands::v1::DECISION_APPROVE
                                                         : millrace::commands::v1::DECISION_REJECT);
  out.set_reason(decided.reason);
  *out.mutable_signature() =
      signature_under(out, decided.leader_id, kDecided, here.at.wall, here.signed_with);
  return event_of(out, here,
                  to_request(here.submission_key, "millrace.command.decideworkflowstep.v1",
                             decided.step.workflow_id.string(), decided.step.request_id));
}

}  // namespace millrace::edge
