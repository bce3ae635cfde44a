// The bodies of requests and decisions, read as strictly as those in requests.hpp.
#pragma once

#include <string>
#include <vector>

#include "core/base/uuid.hpp"
#include "edge/capture/request_events.hpp"
#include "edge/testing/refusal.hpp"

namespace millrace::edge {

struct AskRequest {
  Uuid key;
  Asked asked;
  std::string pin;
};
struct OnBehalfRequest {
  Uuid key;
  Asked asked;
  std::vector<std::string> operator_ids;
  bool acknowledged = false;
  std::string pin;
};
struct DecideRequest {
  Uuid key;
  Uuid workflow_id;
  std::string step_id;
  uint64_t workflow_version = 0;
  Decision decision = Decision::approve;
  std::string reason;
  std::string pin;
};

/// Each refuses with bad_request and names every problem by its place.
Outcome<AskRequest> read_ask(const std::string& body);
Outcome<OnBehalfRequest> read_on_behalf(const std::string& body);
Outcome<DecideRequest> read_decide(const std::string& body);

}  // namespace millrace::edge
