// What goes wrong with a service in the course of a day, in the classes that somebody can act on.
#pragma once

#include <array>
#include <string>
#include <string_view>

#include "core/base/clock.hpp"

namespace millrace::amqp {
struct Condition;
}

namespace millrace::servicebus {

enum class TroubleKind {
  link_idle,          ///< let go after ten quiet minutes
  link_detached,      ///< for another reason of the service's own
  connection_idle,    ///< closed after five minutes without a link
  connection_closed,  ///< for another reason of the service's own
  connection_lost,    ///< without a word
  server_busy,
  token_expired,  ///< or is not valid yet: a clock
  token_refused,  ///< or has no right here
  token_missing,  ///< none was to be had
  no_credit,      ///< the entity takes no messages for the moment
  no_answer,
  entity_missing,
  entity_disabled,
  entity_full,
  address_unknown,  ///< the name has no address
  unreachable,
  way_refused,  ///< by the proxy, or for a certificate
  lock_lost,    ///< of a message or a session that we receive
  other,
};
inline constexpr std::array kTroubleKinds{TroubleKind::link_idle,
                                          TroubleKind::link_detached,
                                          TroubleKind::connection_idle,
                                          TroubleKind::connection_closed,
                                          TroubleKind::connection_lost,
                                          TroubleKind::server_busy,
                                          TroubleKind::token_expired,
                                          TroubleKind::token_refused,
                                          TroubleKind::token_missing,
                                          TroubleKind::no_credit,
                                          TroubleKind::no_answer,
                                          TroubleKind::entity_missing,
                                          TroubleKind::entity_disabled,
                                          TroubleKind::entity_full,
                                          TroubleKind::address_unknown,
                                          TroubleKind::unreachable,
                                          TroubleKind::way_refused,
                                          TroubleKind::lock_lost,
                                          TroubleKind::other};

/// `link-idle` and so on: stable, for metrics and logs.
std::string_view to_string(TroubleKind kind);
/// For people: a sentence, or the word that there is nothing to do.
std::string_view what_to_do(TroubleKind kind);

struct Trouble {
  TroubleKind kind = TroubleKind::other;
  std::string reason;  ///< for people; names no secret
  Millis wait{0};      ///< how long the service wants to be left alone
  /// The client goes on without anybody having to wait for it.
  bool is_quiet = false;
};

/// `name: description`, for people.
std::string to_text(const amqp::Condition& condition);
/// The class of an error condition, of a refusal, a detach or a close.
TroubleKind kind_of(const amqp::Condition& condition);
/// Of a dial that failed.
TroubleKind kind_of(ErrorKind dial);
Trouble trouble_of(const amqp::Condition& condition);

/// How long a busy service asks to be left alone: the N of "wait N seconds", within the bounds; kBusyWait
/// when it names none.
Millis busy_wait(std::string_view said);
inline constexpr Millis kBusyWait{10'000};
/// A service that says 0 is busy all the same.
inline constexpr Millis kBusyWaitLeast{1'000};
/// Longer than any throttling lasts; what is a slip or a forgery shall not stop us for a day.
inline constexpr Millis kBusyWaitMost{300'000};

/// Whether these words of a service are about a token's time.
bool speaks_of_expiry(std::string_view said);
bool speaks_of_too_early(std::string_view said);
/// Whether a credential's own words about a token that it has not got blame this machine's clock: they are
/// about time, and say what that clock says.
bool blames_clock(std::string_view reason);
/// A sentence on this machine's clock for a token that a service refused with these words; empty when they
/// are about something else. `expires` is when the token ends by our clock.
std::string about_clock(std::string_view said, WallTime expires, WallTime now);

}  // namespace millrace::servicebus
