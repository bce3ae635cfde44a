#include "core/servicebus/trouble.hpp"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

#include "core/amqp/connection.hpp"

namespace millrace::servicebus {
namespace {

struct Row {
  TroubleKind kind;
  std::string_view name;
  std::string_view todo;
};
constexpr std::array<Row, kTroubleKinds.size()> kRows{{
    {TroubleKind::link_idle, "link-idle",
     "nothing: the service lets go of a link after 10 quiet minutes; it is opened again when it is needed"},
    {TroubleKind::link_detached, "link-detached",
     "nothing, unless it comes again and again: the service moved or changed the entity; the link is opened "
     "again"},
    {TroubleKind::connection_idle, "connection-idle",
     "nothing: the service closes a connection on which nothing happens; it is made again"},
    {TroubleKind::connection_closed, "connection-closed",
     "nothing, unless it comes again and again: the service is upgraded or moved; the connection is made "
     "again"},
    {TroubleKind::connection_lost, "connection-lost",
     "nothing, unless it comes again and again: then look at the network, the firewall and the proxy on the "
     "way"},
    {TroubleKind::server_busy, "server-busy",
     "nothing at first: it is left alone as long as it asks; if that stays, the namespace's tier is too "
     "small or "
     "somebody else uses it up"},
    {TroubleKind::token_expired, "token-expired",
     "set this machine's clock (NTP); where the token comes from a file, put a new one there"},
    {TroubleKind::token_refused, "token-refused",
     "check the key or the identity, and its right to send on the topic and the command queues"},
    {TroubleKind::token_missing, "token-missing",
     "mend what the reason names: a file, or the identity service"},
    {TroubleKind::no_credit, "no-credit",
     "look at the entity in the portal if that stays: its size, its status; the service lets nothing in for "
     "the "
     "moment"},
    {TroubleKind::no_answer, "no-answer",
     "nothing, unless it comes again and again: then look at the network and at the service's health"},
    {TroubleKind::entity_missing, "entity-missing",
     "make the topic or queue that the reason names, or correct events_topic: it may have been renamed"},
    {TroubleKind::entity_disabled, "entity-disabled", "set the entity's status to Active"},
    {TroubleKind::entity_full, "entity-full",
     "let consumers read the entity, give it more room, or end connections that nobody needs"},
    {TroubleKind::address_unknown, "address-unknown",
     "check the namespace's name and this machine's name server"},
    {TroubleKind::unreachable, "unreachable",
     "check that the firewall lets this machine out to the address that the reason names"},
    {TroubleKind::way_refused, "way-refused",
     "check what the reason names: the proxy, its user and password, or the certificate authority"},
    {TroubleKind::lock_lost, "lock-lost",
     "nothing: the message comes again; if it happens often, it is worked on for longer than its lock is "
     "renewed"},
    {TroubleKind::other, "other", "read the reason: it is what the service said"},
}};

const Row& row_of(TroubleKind kind) {
  const auto* const at = std::ranges::find(kRows, kind, &Row::kind);
  return at == kRows.end() ? kRows.back() : *at;
}

std::string in_small_letters(std::string_view text) {
  std::string out(text);
  for (auto& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + ('a' - 'A'));
  }
  return out;
}

template <size_t N>
bool has_any(std::string_view text, const std::array<std::string_view, N>& words) {
  const auto small = in_small_letters(text);
  return std::ranges::any_of(words, [&](std::string_view word) { return small.contains(word); });
}

/// "IdleTimerExpired", "The connection was inactive for more than the allowed 300000 milliseconds".
bool speaks_of_idleness(std::string_view said) {
  return has_any(said, std::array<std::string_view, 2>{"idle", "inactive"});
}

TroubleKind kind_of_refusal(const amqp::Condition& condition) {
  return speaks_of_expiry(condition.description) || speaks_of_too_early(condition.description)
             ? TroubleKind::token_expired
             : TroubleKind::token_refused;
}

}  // namespace

std::string_view to_string(TroubleKind kind) {
  return row_of(kind).name;
}

std::string_view what_to_do(TroubleKind kind) {
  return row_of(kind).todo;
}

std::string to_text(const amqp::Condition& condition) {
  return condition ? fmt::format("{}: {}", condition.name, condition.description) : "closed without a reason";
}

TroubleKind kind_of(const amqp::Condition& condition) {
  const std::string_view name = condition.name;
  const std::string_view said = condition.description;
  if (name.empty()) return TroubleKind::connection_lost;
  // The engine's own word for a peer that fell silent.
  if (said.contains("local-idle-timeout")) return TroubleKind::connection_lost;
  if (name == "amqp:link:detach-forced")
    return speaks_of_idleness(said) ? TroubleKind::link_idle : TroubleKind::link_detached;
  if (name == "amqp:connection:forced")
    return speaks_of_idleness(said) ? TroubleKind::connection_idle : TroubleKind::connection_closed;
  if (name == "com.microsoft:container-close" || name == amqp::kSessionEnded ||
      name.starts_with("amqp:session:"))
    return TroubleKind::connection_closed;
  if (name == "amqp:connection:framing-error") return TroubleKind::connection_lost;
  if (name == "amqp:link:stolen" || name == "com.microsoft:operation-cancelled")
    return TroubleKind::link_detached;
  if (name == "com.microsoft:server-busy") return TroubleKind::server_busy;
  if (name == "amqp:unauthorized-access" || name == "com.microsoft:unauthorized-access" ||
      name == "com.microsoft:auth-failed")
    return kind_of_refusal(condition);
  if (name == "amqp:link:transfer-limit-exceeded") return TroubleKind::no_credit;
  if (name == "amqp:not-found" || name == "amqp:resource-deleted") return TroubleKind::entity_missing;
  if (name == "com.microsoft:entity-disabled") return TroubleKind::entity_disabled;
  if (name == "amqp:resource-limit-exceeded") return TroubleKind::entity_full;
  if (name == "com.microsoft:timeout") return TroubleKind::no_answer;
  if (name.ends_with("-lock-lost")) return TroubleKind::lock_lost;
  return TroubleKind::other;
}

TroubleKind kind_of(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::not_found:
      return TroubleKind::address_unknown;
    case ErrorKind::unauthorised:
    case ErrorKind::invalid_input:
      return TroubleKind::way_refused;
    default:
      return TroubleKind::unreachable;
  }
}

Trouble trouble_of(const amqp::Condition& condition) {
  Trouble trouble{.kind = kind_of(condition), .reason = to_text(condition)};
  if (trouble.kind == TroubleKind::server_busy) trouble.wait = busy_wait(condition.description);
  return trouble;
}

Millis busy_wait(std::string_view said) {
  // "… is being throttled. Error code : 50009. Please wait 2 seconds and try again."
  constexpr std::string_view kBefore = "wait ";
  constexpr std::string_view kAfter = " second";
  for (auto at = said.find(kBefore); at != std::string_view::npos; at = said.find(kBefore, at)) {
    at += kBefore.size();
    int64_t seconds = 0;
    const auto* const end = said.data() + said.size();
    const auto [rest, failed] = std::from_chars(said.data() + at, end, seconds);
    if (failed == std::errc::invalid_argument || !std::string_view(rest, end).starts_with(kAfter) ||
        seconds < 0)
      continue;
    if (failed == std::errc::result_out_of_range || seconds > kBusyWaitMost / std::chrono::seconds{1})
      return kBusyWaitMost;
    return std::max<Millis>(std::chrono::seconds{seconds}, kBusyWaitLeast);
  }
  return kBusyWait;
}

bool speaks_of_expiry(std::string_view said) {
  return has_any(said, std::array<std::string_view, 3>{"expired", "lifetime validation", "time range"});
}

bool speaks_of_too_early(std::string_view said) {
  return has_any(
      said, std::array<std::string_view, 4>{"not yet valid", "not valid yet", "notbefore", "not before"});
}

bool blames_clock(std::string_view reason) {
  return (speaks_of_expiry(reason) || speaks_of_too_early(reason)) &&
         reason.contains("his machine's clock says");
}

std::string about_clock(std::string_view said, WallTime expires, WallTime now) {
  if (speaks_of_too_early(said)) {
    return fmt::format(" This machine's clock says {}, and is ahead of the service's: set it (NTP).",
                       rfc3339(now));
  }
  // "IdleTimerExpired" is of another clock.
  if (!speaks_of_expiry(said) || speaks_of_idleness(said)) return {};
  if (now >= expires) {
    return fmt::format(" By this machine's clock, {}, it ended at {}, too.", rfc3339(now), rfc3339(expires));
  }
  return fmt::format(
      " By this machine's clock, {}, it is good until {}: that clock is {} s or more behind the service's. "
      "Set it (NTP).",
      rfc3339(now), rfc3339(expires), std::chrono::floor<std::chrono::seconds>(expires - now).count());
}

}  // namespace millrace::servicebus
