// The events that requests become, and the command that a decision becomes.
#pragma once

#include <optional>
#include <string>

#include "core/delivery/event.hpp"
#include "edge/capture/event_parts.hpp"
#include "edge/requests/kinds.hpp"
#include "edge/requests/workflows.hpp"

namespace millrace::edge {

/// What is asked for, whoever it is for.
struct Asked {
  RequestKind kind = RequestKind::training;
  std::string skill;
  std::string reason_code;
  std::string comment;
  std::string comment_language;
  std::optional<WallTime> needed_by;  ///< midnight UTC of a day
  Priority priority = Priority::normal;
};

struct RequestIds {
  Uuid request_id;
  Uuid event_id;
};

/// An operator asks; signed by them.
delivery::Event make_request(const Circumstances& here, const RequestIds& ids, const Asked& asked,
                             const std::string& operator_id);

/// A team leader asks for an operator; signed by the leader.
struct OnBehalf {
  std::string operator_id;
  std::string leader_id;
  Uuid batch_id;
  bool operator_acknowledged = false;
};
delivery::Event make_request_on_behalf(const Circumstances& here, const RequestIds& ids, const Asked& asked,
                                       const OnBehalf& on_behalf);

/// A team leader decides a step; signed by the leader. Its id is the submission's key.
struct Decided {
  WorkflowStep step;
  Decision decision = Decision::approve;
  std::string reason;
  std::string leader_id;
};
delivery::Event make_decision(const Circumstances& here, const Decided& decided);

}  // namespace millrace::edge
