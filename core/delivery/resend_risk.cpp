#include "core/delivery/resend_risk.hpp"

#include <algorithm>
#include <optional>

#include "core/delivery/planted.hpp"

namespace millrace::delivery {
namespace {

/// When the box recorded it, if its clock was to be trusted then.
std::optional<WallTime> trusted_recorded_time(const Event& event) {
  const auto state = event.get(attr::clockstate);
  if (state != to_string(ClockState::synced) && state != to_string(ClockState::holdover)) return std::nullopt;
  const auto recorded = parse_rfc3339(event.get(attr::recordedtime));
  if (!recorded) return std::nullopt;
  return *recorded;
}

}  // namespace

bool possible_duplicate(const Event& event, std::chrono::seconds window, WallTime now) {
  if (planted(Planted::duplicates_unmarked)) return false;
  if (window == std::chrono::seconds{0}) return true;
  const auto recorded = trusted_recorded_time(event);
  if (!recorded) return true;
  const auto margin = window / 10;
  // A submission may be older than the record: a box that was restored records it anew when it is made again.
  const auto id = Uuid::parse(event.get(attr::id));
  const auto first_sent = id && id->version() == 7 ? std::min(*recorded, id->made_at()) : *recorded;
  // A record from the future shows that the two clocks cannot be compared.
  return now - first_sent > window - margin || *recorded - now > margin;
}

bool maybe_sent_before(const Event& event, WallTime relay_started) {
  const auto recorded = trusted_recorded_time(event);
  return !recorded || *recorded < relay_started + kClockMargin;
}

}  // namespace millrace::delivery
