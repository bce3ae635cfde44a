// What every event of a kiosk has in common: header, signatures, attributes. For the .cpp files of this
// folder.
#pragma once

#include <string>
#include <string_view>

#include <google/protobuf/message.h>

#include "core/delivery/event.hpp"
#include "edge/capture/place.hpp"
#include "edge/testing/attempt.hpp"
#include "millrace/events/v1/common.pb.h"

namespace millrace::edge {

/// What a person showed in order to sign.
enum class SignedWith { badge_and_pin, pin };

/// Where, when, under which submission and how signed something happened.
struct Circumstances {
  const Place& place;
  std::string kiosk;
  Uuid submission_key;
  Moment at;
  ClockState clock_state = ClockState::untrusted;
  std::string boot_id;
  SignedWith signed_with = SignedWith::badge_and_pin;
};

millrace::events::v1::Header header_of(const Circumstances& here);

/// A person's signature under the message as it is now. Sign when everything but
/// signatures is set: signatures are the last fields, so record_sha256 is the hash of the data's first bytes,
/// up to the signature's field.
millrace::events::v1::Signature signature_under(const google::protobuf::Message& message,
                                                std::string_view signer_id, std::string_view meaning,
                                                WallTime at, SignedWith with = SignedWith::badge_and_pin);

struct Addressed {
  Uuid id;
  std::string_view type;
  std::string subject;
  std::string partition_key;
};

/// The message as the log takes it: everything that the log does not fill itself.
delivery::Event event_of(const google::protobuf::Message& message, const Circumstances& here,
                         const Addressed& addressed);

}  // namespace millrace::edge
