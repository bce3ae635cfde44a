#include "edge/testing/attempt.hpp"

#include <algorithm>

namespace millrace::edge {

Attempt Attempt::begin(std::optional<uint32_t> time_limit_s, std::string kiosk, std::string language,
                       const Moment& now) {
  State state;
  state.lease = 1;
  state.language = std::move(language);
  state.kiosk = std::move(kiosk);
  state.running_since = now.mono;
  state.last_seen = now.wall;
  return {time_limit_s, std::move(state)};
}

Outcome<> Attempt::take_up(const std::string& kiosk, const std::string& language, const Moment& now) {
  if (state_.submitted) return refuse(Reason::attempt_closed, "This test was handed in already.");
  ++state_.lease;
  state_.language = language;
  if (!state_.paused && state_.kiosk != kiosk) {
    ended_.push_back({Pause::moved_kiosk, state_.last_seen, now.wall, kiosk});
  }
  go_on(kiosk, now);
  return {};
}

Outcome<> Attempt::come_back(uint64_t lease, const std::string& kiosk, const Moment& now) {
  if (auto allowed = may_write(lease); !allowed) return allowed;
  go_on(kiosk, now);
  return {};
}

Outcome<> Attempt::save(uint64_t lease, const std::string& kiosk, const Moment& now, Millis ran_since) {
  if (auto allowed = may_write(lease); !allowed) return allowed;
  if (time_limit_s_ && used(now.mono) - ran_since > std::chrono::seconds{*time_limit_s_} + kAnswerGrace) {
    return refuse(Reason::attempt_closed, "The time is up. Hand the test in as it is.");
  }
  go_on(kiosk, now);
  return {};
}

Outcome<EndReason> Attempt::submit(uint64_t lease, const std::string& kiosk, const Moment& now) {
  if (auto allowed = may_write(lease); !allowed) return std::unexpected(allowed.error());
  go_on(kiosk, now);
  const bool time_up = remaining(now.mono) == Millis{0};
  state_.submitted = true;
  state_.running_since.reset();
  return time_up ? EndReason::time_up : EndReason::submitted;
}

void Attempt::pause(Pause why, const Moment& since) {
  if (state_.submitted || state_.paused) return;
  if (state_.running_since && since.mono < *state_.running_since) {
    state_.active = std::max(Millis{0}, state_.active - (*state_.running_since - since.mono));
    state_.last_seen = since.wall;
  } else {
    count(since);
  }
  state_.running_since.reset();
  state_.paused = why;
}

void Attempt::count(const Moment& now) {
  if (!state_.running_since) return;
  state_.active = used(now.mono);
  state_.running_since = now.mono;
  state_.last_seen = now.wall;
}

std::optional<Millis> Attempt::remaining(MonoTime now) const {
  if (!time_limit_s_) return {};
  return std::max(Millis{0}, std::chrono::seconds{*time_limit_s_} - used(now));
}

Millis Attempt::used(MonoTime now) const {
  if (!state_.running_since) return state_.active;
  return state_.active + std::max(Millis{0}, now - *state_.running_since);
}

/// Somebody is here: ends a pause, and counts.
void Attempt::go_on(const std::string& kiosk, const Moment& now) {
  if (state_.paused) {
    ended_.push_back({*state_.paused, state_.last_seen, now.wall, kiosk});
    state_.paused.reset();
    state_.running_since = now.mono;
    state_.last_seen = now.wall;
  }
  state_.kiosk = kiosk;
  count(now);
}

Outcome<> Attempt::may_write(uint64_t lease) const {
  if (state_.submitted) return refuse(Reason::attempt_closed, "This test was handed in already.");
  if (lease != state_.lease) {
    return refuse(Reason::stale_lease, "This test goes on at another screen. Take it up here to go on.");
  }
  return {};
}

}  // namespace millrace::edge
