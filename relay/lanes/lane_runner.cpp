#include "relay/lanes/lane_runner.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <deque>
#include <utility>

#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>

#include "core/base/crypto.hpp"
#include "core/base/log.hpp"
#include "core/delivery/resend_risk.hpp"
#include "relay/lanes/routing.hpp"

namespace millrace::relay {
namespace {

using delivery::Lanes;
using delivery::Outcome;

uint64_t random_number() {
  std::array<uint8_t, 8> bytes{};
  random_bytes(bytes);
  return std::bit_cast<uint64_t>(bytes);
}

/// Several may come before the reason of the first is what the lanes say.
constexpr size_t kTroublesKept = 16;

std::string name_of(Outcome::Kind kind) {
  switch (kind) {
    case Outcome::Kind::accepted:
      return "accepted";
    case Outcome::Kind::retry_message:
      return "retry_message";
    case Outcome::Kind::sink_trouble:
      return "sink_trouble";
    case Outcome::Kind::refused:
      return "refused";
    case Outcome::Kind::in_doubt:
      return "in_doubt";
  }
  return "in_doubt";
}

}  // namespace

struct LaneRunner::State : std::enable_shared_from_this<LaneRunner::State> {
  State(const Parts& with, LaneRunnerOptions given, Handlers to)
      : parts(with),
        options(std::move(given)),
        handlers(std::move(to)),
        lanes(options.limits, random_number),
        started(parts.clock.wall()),
        timer(parts.loop),
        send_seconds(parts.metrics.histogram("millrace_relay_send_seconds",
                                             "Time from a send to the sink's answer",
                                             {0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30})),
        possible_duplicates(parts.metrics.counter(
            "millrace_relay_possible_duplicates_total",
            "Messages marked because duplicate detection may not reach back to an earlier send")) {
    for (const auto kind : servicebus::kTroubleKinds) count(kind, 0);
  }

  void count(servicebus::TroubleKind kind, double times) {
    parts.metrics
        .counter("millrace_relay_sink_trouble_total",
                 "Troubles of the sink, by what somebody could do about them",
                 {{"class", std::string(to_string(kind))}})
        .add(times);
  }

  void trouble(const servicebus::Trouble& told_now) {
    count(told_now.kind, 1);
    if (told_now.is_quiet) {
      log::info("relay.sink_routine", {{"class", to_string(told_now.kind)},
                                       {"reason", told_now.reason},
                                       {"todo", what_to_do(told_now.kind)}});
    }
    troubles.push_back(told_now);
    if (troubles.size() > kTroublesKept) troubles.pop_front();
  }

  /// Makes all sends that the lanes allow, then sets the timer.
  void pump() {
    if (stopped) return;
    while (auto send = lanes.next()) make(*send);
    tell_sink_state();
    const auto deadline = lanes.deadline();
    if (deadline == timer_for) return;
    timer_for = deadline;
    timer.cancel();
    if (!deadline) return;
    timer.expires_after(*deadline - parts.clock.mono());
    timer.async_wait([weak = weak_from_this()](boost::system::error_code cancelled) {
      const auto self = weak.lock();
      if (cancelled || !self) return;
      self->timer_for.reset();
      self->lanes.tick(self->parts.clock.mono());
      self->pump();
    });
  }

  void make(const Lanes::Send& send) {
    const auto& event = send.record->event();
    const auto wall = parts.clock.wall();
    auto message = send.notice ? withheld_notice(*send.record, options.relay_name, send.reason,
                                                 send.maybe_delivered, wall)
                               : proto::to_amqp(event);
    if (!message) {
      boost::asio::post(parts.loop,
                        [weak = weak_from_this(), id = send.id, reason = message.error().message] {
                          if (const auto self = weak.lock()) {
                            self->outcome(id, {Outcome::Kind::refused, reason, Millis{0}});
                          }
                        });
      return;
    }
    Outbound outbound{send.route.entity, std::move(*message),
                      delivery::possible_duplicate(event, options.duplicate_window, wall)};
    if (outbound.possible_duplicate) possible_duplicates.add();
    parts.sink.send(std::move(outbound), [weak = weak_from_this(), id = send.id, notice = send.notice,
                                          record = send.record, begun = parts.clock.mono()](Outcome outcome) {
      const auto self = weak.lock();
      if (!self || self->stopped) return;
      self->send_seconds.observe(std::chrono::duration<double>(self->parts.clock.mono() - begun).count());
      if (outcome.kind == Outcome::Kind::refused) {
        log::error(notice ? "relay.notice_refused" : "relay.record_refused",
                   {{"event_id", record->event_id().string()},
                    {"stream_id", record->stream_id().string()},
                    {"sequence", record->sequence()},
                    {"reason", outcome.reason}});
      }
      self->outcome(id, outcome);
    });
  }

  void outcome(uint64_t id, const Outcome& outcome) {
    if (stopped) return;
    parts.metrics
        .counter("millrace_relay_sends_total", "Sends by what the sink said",
                 {{"outcome", name_of(outcome.kind)}})
        .add();
    const auto settlement = lanes.outcome(id, outcome, parts.clock.mono());
    if (settlement) handlers.on_settled(*settlement);
    pump();
  }

  void tell_sink_state() {
    std::pair now{lanes.sink_state(), lanes.sink_reason()};
    if (now == told) return;
    told = std::move(now);
    handlers.on_sink();
  }

  Parts parts;
  LaneRunnerOptions options;
  Handlers handlers;
  Lanes lanes;
  WallTime started;
  boost::asio::steady_timer timer;
  std::optional<MonoTime> timer_for;
  std::pair<delivery::SinkState, std::string> told{delivery::SinkState::down, {}};
  std::deque<servicebus::Trouble> troubles;  // the last ones
  bool stopped = false;
  metrics::Registry::Histogram send_seconds;
  metrics::Registry::Counter possible_duplicates;
};

LaneRunner::LaneRunner(const Parts& parts, LaneRunnerOptions options, Handlers handlers)
    : state_(std::make_shared<State>(parts, std::move(options), std::move(handlers))) {}

LaneRunner::~LaneRunner() {
  state_->stopped = true;
  state_->timer.cancel();
}

void LaneRunner::start() {
  std::weak_ptr<State> weak = state_;
  state_->parts.sink.start({.on_up =
                                [weak] {
                                  const auto self = weak.lock();
                                  if (!self || self->stopped) return;
                                  self->lanes.sink_up();
                                  self->pump();
                                },
                            .on_down =
                                [weak](std::string reason) {
                                  const auto self = weak.lock();
                                  if (!self || self->stopped) return;
                                  self->lanes.sink_down(std::move(reason));
                                  self->pump();
                                },
                            .on_trouble =
                                [weak](const servicebus::Trouble& trouble) {
                                  const auto self = weak.lock();
                                  if (self && !self->stopped) self->trouble(trouble);
                                }});
}

boost::asio::awaitable<void> LaneRunner::stop() {
  const auto self = state_;
  self->stopped = true;
  self->timer.cancel();
  co_await self->parts.sink.stop();
}

void LaneRunner::add(delivery::StreamNumber stream, delivery::RecordPtr record) {
  auto& self = *state_;
  auto route = route_of(record->event(), self.options.events_topic);
  if (route) {
    const auto maybe_sent = delivery::maybe_sent_before(record->event(), self.started);
    self.lanes.add(stream, std::move(record), std::move(*route), maybe_sent);
  } else {
    auto fallback = fallback_route(record->event(), self.options.events_topic);
    self.lanes.add_withheld(stream, std::move(record), std::move(fallback), route.error().message);
  }
  self.pump();
}

void LaneRunner::drop_below(delivery::StreamNumber stream, uint64_t sequence) {
  state_->lanes.drop_below(stream, sequence);
  state_->pump();
}

const delivery::Lanes& LaneRunner::lanes() const {
  return state_->lanes;
}

const servicebus::Trouble* LaneRunner::trouble() const {
  const auto& reason = state_->lanes.sink_reason();
  const auto& known = state_->troubles;
  // "not sent: REASON", "no answer came: REASON" are of the same trouble.
  const auto at = std::find_if(known.rbegin(), known.rend(),
                               [&](const auto& each) { return reason.contains(each.reason); });
  return reason.empty() || at == known.rend() ? nullptr : &*at;
}

}  // namespace millrace::relay
