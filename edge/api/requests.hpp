// The bodies that kiosks send, read strictly: an unknown or missing member, a wrong type or an oversized text
// refuses the whole request, and nothing is stored.
#pragma once

#include <optional>
#include <string>

#include "core/base/uuid.hpp"
#include "edge/testing/packages.hpp"
#include "edge/testing/refusal.hpp"

namespace millrace::edge {

/// By badge, or by the id that was chosen from the roster: one of the two is empty.
struct SignInRequest {
  std::string badge;
  std::string operator_id;
  std::string pin;
  std::string kiosk;
};
struct UnlockRequest {
  std::string leader_badge;
  std::string leader_pin;
  std::string badge;
  std::string operator_id;  ///< instead of the badge, of someone who chose their name
  std::string kiosk;
};
struct OpenRequest {
  Uuid key;
  std::string assignment_id;
  std::string language;
};
struct SaveRequest {
  Uuid key;
  uint64_t lease = 0;
  Response response;
  bool flagged = false;
};
struct WitnessRequest {
  std::string badge;
  std::string pin;
};
struct SubmitRequest {
  Uuid key;
  uint64_t lease = 0;
  std::optional<std::string> badge;  ///< shown again; needed where the operator signed in with it
  std::string pin;
  std::optional<WitnessRequest> witness;
};

/// Each refuses with bad_request, or bad_response when nothing but the response is wrong, and names every
/// problem by its place.
Outcome<SignInRequest> read_sign_in(const std::string& body);
Outcome<UnlockRequest> read_unlock(const std::string& body);
Outcome<OpenRequest> read_open(const std::string& body);
Outcome<SaveRequest> read_save(const std::string& body);
Outcome<SubmitRequest> read_submit(const std::string& body);

}  // namespace millrace::edge
