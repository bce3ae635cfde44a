#include "emulator/protocol/session_request.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

#include "emulator/broker/behaviour.hpp"

namespace millrace::bus {
namespace {

constexpr std::string_view kFilterKey = "com.microsoft:session-filter";
/// What the service waits when the client does not say, and at most.
constexpr Millis kPatience = std::chrono::seconds{60};
constexpr Millis kPatienceMost = std::chrono::seconds{65};

/// 100 ns since 0001-01-01, the time of .NET.
int64_t dotnet_ticks(WallTime time) {
  constexpr int64_t kTicksAtEpoch = 621'355'968'000'000'000;
  constexpr int64_t kTicksPerMs = 10'000;
  return kTicksAtEpoch + time.time_since_epoch().count() * kTicksPerMs;
}

}  // namespace

std::optional<SessionRequest> SessionRequest::read(const amqp::Link& link) {
  const auto filter = link.remote_filter();
  const auto* map = filter.get_if<amqp::Map>();
  if (map == nullptr) return {};
  for (const auto& [key, value] : *map) {
    const auto* name = key.text();
    if (name == nullptr || *name != kFilterKey) continue;
    SessionRequest request{{}, key, {}, kPatience};
    const auto* wanted = &value;
    if (const auto* described = value.get_if<amqp::Described>()) {
      request.descriptor = *described->descriptor;
      wanted = described->value.get();
    }
    if (const auto* id = wanted->text()) request.session_id = *id;
    const auto properties = link.remote_properties();
    const auto* timeout = properties.find("com.microsoft:timeout");
    if (const auto ms = timeout != nullptr ? timeout->integer() : std::nullopt) {
      request.patience = std::clamp(Millis{*ms}, Millis{0}, kPatienceMost);
    }
    return request;
  }
  return {};
}

amqp::AttachReply SessionRequest::reply(const SessionGrant& grant) const {
  amqp::AttachReply reply;
  amqp::Value id = grant.session_id;
  const auto told = keeps(Behaviour::session_lock_told) ? grant.locked_until : WallTime{};
  reply.filter = amqp::Map{{key, descriptor ? amqp::described(*descriptor, std::move(id)) : std::move(id)}};
  reply.properties = amqp::Map{{amqp::Symbol{"com.microsoft:locked-until-utc"}, dotnet_ticks(told)}};
  return reply;
}

}  // namespace millrace::bus
