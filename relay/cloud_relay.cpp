#include "relay/cloud_relay.hpp"

#include <utility>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <boost/asio/steady_timer.hpp>

#include "core/base/log.hpp"
#include "core/base/uuid.hpp"
#include "core/http/health.hpp"
#include "core/metrics/metrics.hpp"
#include "core/store/folder_lock.hpp"
#include "core/store/replace.hpp"
#include "core/store/writer.hpp"
#include "relay/cursors/cursor_store.hpp"
#include "relay/intake/broker_link.hpp"
#include "relay/intake/intake.hpp"
#include "relay/intake/streams.hpp"
#include "relay/lanes/lane_runner.hpp"

namespace millrace::relay {
namespace {

constexpr std::chrono::seconds kLookAround{1};
/// Rounds of looking around between two looks at the boxes' files.
constexpr unsigned kRoundsPerTrustCheck = 5;
/// A broker or the sink may be away this long before it is an alarm; readiness tells at once.
constexpr std::chrono::seconds kAwayPatience{10};

constexpr auto kLock = "relay";
constexpr auto kDatabase = "relay.db";
constexpr auto kDamageAlarm = "store-damaged";
constexpr auto kTrustAlarm = "boxes-unreadable";
constexpr auto kSinkAlarm = "sink-not-taking";
constexpr auto kDroppedAlarm = "messages-dropped";

}  // namespace

struct CloudRelay::State {
  struct Link {
    std::unique_ptr<BrokerLink> broker;
    std::optional<MonoTime> away_since;
    std::string reason = "not connected yet";
  };

  State(boost::asio::io_context& on, RelayConfig given, Trust trusted, const Clock& with,
        std::unique_ptr<Sink> to, std::string is)
      : loop(on),
        config(std::move(given)),
        clock(with),
        version(std::move(is)),
        sink(std::move(to)),
        instance(Uuid::v7(clock.wall()).string()),
        first_trust(std::move(trusted)),
        timer(loop) {}

  Result<> open_store() {
    auto locked = store::FolderLock::take(config.data_dir, kLock);
    if (!locked) return std::unexpected(locked.error());
    lock.emplace(std::move(*locked));
    auto opened = open_cursors(config.data_dir / kDatabase, clock.wall());
    if (!opened) return std::unexpected(opened.error());
    stored = std::move(opened->cursors);
    look_for_damage();
    writer = std::make_unique<store::Writer>(std::move(opened->db), loop.get_executor());
    cursor_store = std::make_unique<CursorStore>(*writer);
    return {};
  }

  void build_path() {
    streams = std::make_unique<Streams>(
        Streams::Parts{loop.get_executor(), clock, metrics, alarms, *cursor_store}, config.limits,
        Streams::Handlers{
            .to_lane = [this](delivery::StreamNumber stream,
                              delivery::RecordPtr record) { lanes->add(stream, std::move(record)); },
            .drop_below = [this](delivery::StreamNumber stream,
                                 uint64_t sequence) { lanes->drop_below(stream, sequence); },
            .publish =
                [this](size_t link, const Box& box, const delivery::Receiver::Report& report,
                       std::function<void(bool)> done) {
                  links[link].broker->publish_receipt(box, receipt_message(report, instance),
                                                      std::move(done));
                },
        });
    streams->restore(std::move(stored));
    lanes = std::make_unique<LaneRunner>(
        LaneRunner::Parts{loop.get_executor(), clock, metrics, *sink},
        LaneRunnerOptions{config.name, config.sink.events, config.sink.duplicate_window, {}},
        LaneRunner::Handlers{
            .on_settled =
                [this](const delivery::Lanes::Settlement& settlement) { streams->settled(settlement); },
            .on_sink = [this] { sink_changed(); },
        });
    intake =
        std::make_unique<Intake>(Intake::Parts{clock, metrics, alarms, *streams}, std::move(first_trust));
    for (size_t number = 0; number < config.brokers.size(); ++number) add_link(number);
  }

  void add_link(size_t number) {
    const auto& broker = config.brokers[number];
    mqtt::Options options;
    options.host = broker.host;
    options.port = broker.port;
    options.client_id = fmt::format("millrace-relay-{}", config.name);
    options.tls = broker.tls;
    links.emplace_back();
    links[number].away_since = clock.mono();
    links[number].broker = std::make_unique<BrokerLink>(
        loop.get_executor(), std::move(options), config.name,
        BrokerLink::Handlers{
            .on_event = [this, number](const mqtt::Message& message) { intake->message(number, message); },
            .on_link =
                [this, number](bool up, const std::string& reason) {
                  auto& link = links[number];
                  link.reason = reason;
                  if (up) {
                    link.away_since.reset();
                    alarms.clear(broker_alarm(number));
                  } else if (!link.away_since) {
                    link.away_since = clock.mono();
                  }
                },
            .status = [this] { return status(); },
            .sites = [this] { return intake->trust().sites(); },
        });
  }

  Result<> serve_http() {
    http::Router router;
    http::add_health_routes(router, {.metrics =
                                         [this] {
                                           look_at_gauges();
                                           return metrics.text();
                                         },
                                     .not_ready = [this] { return not_ready(); }});
    http::Server::Options options;
    options.address = config.http.address;
    options.port = config.http.port;
    server = std::make_unique<http::Server>(loop, std::move(options), std::move(router));
    return server->start();
  }

  RelayStatus status() const {
    const auto& state = lanes->lanes();
    return {true, instance, state.sink_state(), state.sink_reason(), version, clock.wall()};
  }

  void sink_changed() {
    const auto& state = lanes->lanes();
    if (state.sink_state() == delivery::SinkState::up) {
      log::info("relay.sink_up");
      sink_away_since.reset();
      alarms.clear(kSinkAlarm);
    } else {
      const auto* const trouble = lanes->trouble();
      const auto kind = trouble == nullptr ? servicebus::TroubleKind::other : trouble->kind;
      log::warn("relay.sink_not_taking", {{"state", to_string(state.sink_state())},
                                          {"class", to_string(kind)},
                                          {"reason", state.sink_reason()},
                                          {"todo", what_to_do(kind)}});
      if (!sink_away_since) sink_away_since = clock.mono();
    }
    for (auto& link : links) link.broker->publish_status();
  }

  std::string broker_alarm(size_t number) const {
    return links.size() == 1 ? "broker-disconnected"
                             : fmt::format("broker-disconnected-{}", links[number].broker->name());
  }

  std::map<std::string, std::string> not_ready() const {
    auto reasons = alarms.active();
    for (size_t number = 0; number < links.size(); ++number) {
      if (links[number].away_since) reasons.emplace(broker_alarm(number), links[number].reason);
    }
    const auto& state = lanes->lanes();
    if (state.sink_state() != delivery::SinkState::up) reasons.emplace(kSinkAlarm, state.sink_reason());
    return reasons;
  }

  void look_at_gauges() {
    const auto& state = lanes->lanes();
    const auto gauge = [&](const char* name, const char* help, size_t value) {
      metrics.gauge(name, help).set(static_cast<double>(value));
    };
    gauge("millrace_relay_lanes", "Lanes that hold something", state.lanes());
    gauge("millrace_relay_lanes_waiting", "Lanes whose first record was refused for the moment",
          state.waiting());
    gauge("millrace_relay_sends_under_way", "Sends without an answer", state.under_way());
    gauge("millrace_relay_sink_up", "1 while the sink takes sends",
          state.sink_state() == delivery::SinkState::up ? 1 : 0);
    gauge("millrace_relay_boxes", "Boxes whose keys are known", intake->trust().boxes());
    for (const auto& link : links) {
      metrics
          .gauge("millrace_relay_broker_connected", "1 while connected to the broker",
                 {{"broker", link.broker->name()}})
          .set(link.broker->connected() ? 1 : 0);
    }
  }

  void look_around() {
    timer.expires_after(kLookAround);
    timer.async_wait([this](boost::system::error_code cancelled) {
      if (cancelled) return;
      const auto now = clock.mono();
      streams->look_around();
      intake->look_around();
      uint64_t dropped = 0;
      for (size_t number = 0; number < links.size(); ++number) {
        auto& link = links[number];
        dropped += link.broker->dropped();
        if (link.away_since && now - *link.away_since > kAwayPatience) {
          alarms.raise(broker_alarm(number), link.reason);
        }
      }
      notice_dropped(dropped);
      if (sink_away_since && now - *sink_away_since > kAwayPatience) {
        alarms.raise(kSinkAlarm, lanes->lanes().sink_reason());
      }
      if (++rounds % kRoundsPerTrustCheck == 0) {
        renew_trust();
        look_for_damage();
      }
      look_around();
    });
  }

  void look_for_damage() {
    const auto damaged = store::set_aside(config.data_dir / kDatabase, store::kCorrupt);
    if (damaged.empty()) {
      alarms.clear(kDamageAlarm);
    } else {
      alarms.raise(
          kDamageAlarm,
          fmt::format("{} was set aside: nothing is lost, the boxes sent again what was open; keep the "
                      "file for the vendor, and move it away",
                      damaged.front().string()));
    }
  }

  /// The boxes send again what is dropped, so this costs time, not records.
  void notice_dropped(uint64_t dropped) {
    if (dropped > dropped_before) {
      alarms.raise(kDroppedAlarm,
                   "more came from the brokers than this relay can hold; the boxes send it again");
    } else {
      alarms.clear(kDroppedAlarm);
    }
    dropped_before = dropped;
  }

  void renew_trust() {
    if (!intake->trust().outdated()) return;
    auto renewed = Trust::load(config.boxes_dir, &intake->trust());
    if (!renewed) {
      alarms.raise(kTrustAlarm, renewed.error().message);
      return;
    }
    log::info("relay.trust_loaded", {{"boxes", renewed->boxes()}});
    intake->trust(std::move(*renewed));
    judge_trust();
    for (auto& link : links) link.broker->publish_status();
  }

  void judge_trust() {
    const auto& problems = intake->trust().problems();
    if (problems.empty()) {
      alarms.clear(kTrustAlarm);
    } else {
      alarms.raise(kTrustAlarm, fmt::format("{}", fmt::join(problems, "; ")));
    }
  }

  boost::asio::io_context& loop;
  RelayConfig config;
  const Clock& clock;
  std::string version;
  std::unique_ptr<Sink> sink;
  std::string instance;
  Trust first_trust;  // moved into the intake
  std::optional<store::FolderLock> lock;
  std::vector<StoredCursor> stored;

  metrics::Registry metrics;
  metrics::Alarms alarms{metrics, clock};
  std::unique_ptr<store::Writer> writer;
  std::unique_ptr<CursorStore> cursor_store;
  std::unique_ptr<Streams> streams;
  std::unique_ptr<LaneRunner> lanes;
  std::unique_ptr<Intake> intake;
  std::vector<Link> links;
  std::unique_ptr<http::Server> server;
  boost::asio::steady_timer timer;
  std::optional<MonoTime> sink_away_since;
  uint64_t dropped_before = 0;
  unsigned rounds = 0;
};

CloudRelay::CloudRelay(boost::asio::io_context& loop, RelayConfig config, Trust trust, const Clock& clock,
                       std::unique_ptr<Sink> sink, std::string version)
    : state_(std::make_unique<State>(loop, std::move(config), std::move(trust), clock, std::move(sink),
                                     std::move(version))) {}

CloudRelay::~CloudRelay() = default;

Result<> CloudRelay::start() {
  auto& self = *state_;
  if (auto opened = self.open_store(); !opened) return opened;
  self.build_path();
  if (auto serving = self.serve_http(); !serving) return serving;
  if (self.intake->trust().boxes() == 0) {
    log::warn("relay.no_boxes", {{"boxes_dir", self.config.boxes_dir.string()},
                                 {"hint", "no box is trusted until its file is put there"}});
  }
  self.judge_trust();
  self.sink_away_since = self.clock.mono();
  self.lanes->start();
  for (auto& link : self.links) link.broker->start();
  self.look_around();
  return {};
}

boost::asio::awaitable<void> CloudRelay::stop() {
  auto& self = *state_;
  self.timer.cancel();
  if (self.server) self.server->stop();
  // First no more records in, then no more sends out.
  for (auto& link : self.links) co_await link.broker->stop();
  if (self.lanes) co_await self.lanes->stop();
}

uint16_t CloudRelay::http_port() const {
  return state_->server ? state_->server->port() : 0;
}

const std::string& CloudRelay::instance() const {
  return state_->instance;
}

}  // namespace millrace::relay
