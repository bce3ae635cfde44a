#include "edge/edge_gateway.hpp"

#include <optional>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/steady_timer.hpp>

#include "core/base/log.hpp"
#include "core/http/health.hpp"
#include "core/http/local_server.hpp"
#include "core/metrics/metrics.hpp"
#include "core/store/ballast.hpp"
#include "core/store/folder_lock.hpp"
#include "core/store/replace.hpp"
#include "core/store/writer.hpp"
#include "edge/admin/admin_routes.hpp"
#include "edge/api/api.hpp"
#include "edge/capture/edge_schema.hpp"
#include "edge/edge_report.hpp"
#include "edge/edge_store.hpp"
#include "edge/https.hpp"
#include "edge/publish/caretaker.hpp"
#include "edge/publish/publisher.hpp"

namespace millrace::edge {
namespace {

constexpr std::chrono::seconds kLookAround{1};
/// Rounds of looking around between two looks at the content's files and two writes to the probe …
constexpr unsigned kRoundsPerCheck = 5;
/// … and between two times that the timers of the attempts are stored.
constexpr unsigned kRoundsPerCount = 15;
/// Between two times that it is stored when each screen was last heard of.
constexpr unsigned kRoundsPerKiosks = 600;

constexpr auto kContentAlarm = "content-refused";
constexpr auto kWhatIsUsed = "the last good state of each stays, and the others are used";
constexpr auto kDamageAlarm = "store-damaged";
constexpr auto kStreamAlarm = "stream-replaced";

}  // namespace

struct EdgeGateway::State {
  State(boost::asio::io_context& on, EdgeConfig given, const Clock& with, std::string is, AtPoint points)
      : loop(on),
        config(std::move(given)),
        clock(with),
        version(std::move(is)),
        at_point(points ? std::move(points) : [](std::string_view) {}),
        boot(boot_id()),
        attempts(Uuid::v7(clock.wall())),
        timer(loop) {}

  Result<> lock_folder() {
    auto locked = store::FolderLock::take(config.data_dir, kEdgeLock);
    if (!locked) return std::unexpected(locked.error());
    lock.emplace(std::move(*locked));
    return {};
  }

  Result<> load_content() {
    auto loaded = ContentFolder::start(config.content, config.content_copies(), problems_at_start);
    if (!loaded) return std::unexpected(loaded.error());
    content.emplace(std::move(*loaded));
    return {};
  }

  /// A bad file is no reason to lock out everybody.
  void look_at_packages() {
    auto problems = std::exchange(problems_at_start, {});
    const auto changed = store::read(
        *reader, [&](store::Connection& on) { return changed_versions(on, *content->current().packages); });
    if (changed) problems.insert(problems.end(), changed->begin(), changed->end());
    if (problems.empty()) {
      alarms.clear(kContentAlarm);
    } else {
      alarms.raise(kContentAlarm, fmt::format("{}: {}", kWhatIsUsed, fmt::join(problems, "; ")));
    }
  }

  Result<> open_store() {
    auto key = SigningKey::load_or_create(config.key_file());
    if (!key) return std::unexpected(key.error());
    outbox.emplace(std::move(*key), clock, config.outbox_quota_bytes);

    auto opened = edge::open_store(config.database(), *outbox, config.place, clock);
    if (!opened && (opened.error().kind == ErrorKind::no_space || opened.error().kind == ErrorKind::io)) {
      ballast.release();  // a full disk is an I/O error where SQLite maps a file
      opened = edge::open_store(config.database(), *outbox, config.place, clock);
    }
    if (!opened) return std::unexpected(opened.error());
    if (!opened->stream_left_for.empty()) alarms.raise(kStreamAlarm, opened->stream_left_for);
    auto& db = opened->db;
    storage = ballast.look(false);
    look_at_storage();
    const Lockout lockout(boot);
    if (auto begun = store::read(*db, [&](store::Connection& on) { lockout.start(on, clock.mono()); });
        !begun)
      return begun;
    writer = std::make_unique<store::Writer>(std::move(db), loop.get_executor());
    auto reading = store::Connection::open(config.database(), store::Connection::Mode::reader);
    if (!reading) return std::unexpected(reading.error());
    reader = std::move(*reading);
    if (auto known = store::read(*reader, [&](store::Connection& on) { kiosks.load(on); }); !known)
      return known;

    sign_in.emplace(SignIn::Parts{loop.get_executor(), *writer, pins, clock,
                                  [this] { return content->current().roster; }},
                    lockout);
    return sign_in->start();
  }

  Result<> build_line() {
    mqtt::Options broker;
    broker.host = config.broker.host;
    broker.port = config.broker.port;
    broker.tls = config.broker.tls;
    publisher.emplace(
        Publisher::Parts{loop.get_executor(), *writer, *reader, *outbox, clock, metrics, alarms},
        PublisherOptions{config.place.site, config.place.edge, version, std::move(broker), config.limits},
        Publisher::Listeners{.on_settled = [this](const delivery::Settled&) { sync.ring(); },
                             .on_links = {}});
    capture.emplace(Capture::Parts{.writer = *writer,
                                   .outbox = *outbox,
                                   .clock = clock,
                                   .attempts = attempts,
                                   .place = config.place,
                                   .boot_id = boot,
                                   .has_room = [this] { return ballast.held(); },
                                   .tells_times = config.kiosk.record_answer_times});
    desk.emplace(RequestDesk::Parts{.writer = *writer,
                                    .outbox = *outbox,
                                    .clock = clock,
                                    .place = config.place,
                                    .boot_id = boot,
                                    .has_room = [this] { return ballast.held(); }});
    caretaker.emplace(Caretaker::Parts{.writer = *writer,
                                       .reader = *reader,
                                       .outbox = *outbox,
                                       .clock = clock,
                                       .site = config.place.site,
                                       .edge = config.place.edge,
                                       .retention = config.retention,
                                       .recorded = [this] { publisher->wake(); },
                                       .prune_answers = prune_answers()});
    return {};
  }

  std::function<uint64_t(store::Connection&, uint64_t)> prune_answers() const {
    if (config.answers_retention == std::chrono::days{0}) return {};
    return [this](store::Connection& db, uint64_t most) {
      return AttemptStore::prune_answers(db, clock.wall() - config.answers_retention, most);
    };
  }

  Result<> serve_http() {
    report.emplace(EdgeReport::Parts{.config = config,
                                     .version = version,
                                     .clock = clock,
                                     .reader = *reader,
                                     .content = *content,
                                     .kiosks = kiosks,
                                     .sessions = sessions,
                                     .publisher = *publisher,
                                     .https = https,
                                     .alarms = alarms});
    api.emplace(Api{.loop = loop.get_executor(),
                    .clock = clock,
                    .reader = *reader,
                    .attempts = attempts,
                    .content = *content,
                    .kiosk = config.kiosk,
                    .kiosks = kiosks,
                    .sessions = sessions,
                    .sign_in = *sign_in,
                    .capture = *capture,
                    .desk = *desk,
                    .sync = sync,
                    .metrics = edge_metrics,
                    .status = [this] { return report->status(); },
                    .recorded = [this] { publisher->wake(); },
                    .at_point = at_point});
    http::Router router;
    http::add_health_routes(router, {.metrics =
                                         [this] {
                                           look_at_gauges();
                                           return metrics.text();
                                         },
                                     .not_ready = [this] { return alarms.active(); }});
    add_api_routes(router, *api);
    admin.emplace(Admin{.clock = clock,
                        .writer = *writer,
                        .reader = *reader,
                        .outbox = *outbox,
                        .report = [this] { return report->report(); },
                        .console_addresses = [this] { return report->console_addresses(server->port()); },
                        .recorded = [this] { publisher->wake(); }});
    add_console_routes(router, *admin);
    log::debug("edge.routes", {{"routes", fmt::format("{}", fmt::join(router.routes(), ", "))}});
    if (!config.http.kiosk_dir.empty()) router.files(config.http.kiosk_dir);
    http::Server::Options options;
    options.address = config.http.address;
    options.port = config.http.port;
    if (auto opened = https.open(config); !opened) return opened;
    options.tls = https.identity();
    server.emplace(loop, std::move(options), std::move(router));
    return server->start();
  }

  Result<> serve_administrators() {
    http::Router router;
    add_local_admin_routes(router, *admin);
    admin_server.emplace(loop, config.admin_socket(), std::move(router));
    return admin_server->start();
  }

  void look_at_gauges() {
    edge_metrics.sse_clients.set(static_cast<double>(sync.watchers()));
    edge_metrics.sessions.set(static_cast<double>(sessions.size()));
  }

  void look_around() {
    timer.expires_after(kLookAround);
    timer.async_wait([this](boost::system::error_code cancelled) {
      if (cancelled) return;
      for (const auto& session : sessions.expire(clock.mono())) {
        log::info("session.expired", {{"operator", session->operator_id}, {"kiosk", session->kiosk}});
        pause_attempts_of_dead_screen(*api, session);
        sync.ring();
      }
      caretaker->look();
      ++rounds;
      if (rounds % kRoundsPerCheck == 0) {
        renew_content();
        probe_storage();
        https.look(*server);
        if (kiosks.has_news() || rounds % kRoundsPerKiosks == 0) store_kiosks();
      }
      if (auto attended = sessions.attended(); rounds % kRoundsPerCount == 0 && !attended.empty()) {
        boost::asio::co_spawn(loop, capture->count(std::move(attended)), boost::asio::detached);
      }
      look_around();
    });
  }

  void renew_content() {
    std::vector<std::string> problems;
    switch (content->renew(problems)) {
      case ContentFolder::Renewal::unchanged:
        return;
      case ContentFolder::Renewal::renewed:
        log::info("content.renewed", {{"operators", content->current().roster->size()},
                                      {"assignments", content->current().assignments->all().size()},
                                      {"packages", content->current().packages->size()}});
        look_at_packages();
        return;
      case ContentFolder::Renewal::refused:
        alarms.raise(kContentAlarm, fmt::format("{}: {}", kWhatIsUsed, fmt::join(problems, "; ")));
        return;
    }
  }

  /// Whether the box can store is found out before an operator does.
  void probe_storage() {
    writer->submit(
        [at = clock.wall().time_since_epoch().count()](store::Connection& db) -> Result<> {
          db.statement(
                "INSERT INTO probe VALUES (1, ?) ON CONFLICT (id) DO UPDATE SET written_at = "
                "excluded.written_at")
              .bind(at)
              .run();
          return {};
        },
        [this](const Result<>& written) {
          storage = ballast.look(!written && written.error().kind == ErrorKind::no_space);
          if (storage && !written) storage = written;
          look_at_storage();
          if (written) boost::asio::co_spawn(loop, capture->store_pauses(), boost::asio::detached);
        });
  }

  void store_kiosks() {
    writer->submit(
        [known = kiosks.take()](store::Connection& db) -> Result<> {
          Kiosks::store(db, known);
          return {};
        },
        [this](const Result<>& stored) {
          if (!stored) kiosks.not_stored();
        });
  }

  void look_at_storage() {
    const auto backlog = publisher ? std::optional(publisher->backlog()) : std::nullopt;
    if (!storage) {
      alarms.raise(kStorageAlarm, storage.error().message);
    } else if (backlog && *backlog && !has_room(**backlog, config.outbox_quota_bytes)) {
      alarms.raise(kStorageAlarm, "the outbox is full: bring the link to the relay back");
    } else {
      alarms.clear(kStorageAlarm);
    }
    if (const auto damaged = store::set_aside(config.database(), store::kCorrupt); !damaged.empty()) {
      alarms.raise(kDamageAlarm,
                   fmt::format("{} was set aside: what could be read goes on; see the log for what is "
                               "missing, keep the file for the vendor, and move it away",
                               damaged.front().string()));
    } else {
      alarms.clear(kDamageAlarm);
    }
  }

  boost::asio::io_context& loop;
  EdgeConfig config;
  const Clock& clock;
  std::string version;
  AtPoint at_point;
  std::string boot;

  metrics::Registry metrics;
  metrics::Alarms alarms{metrics, clock};
  EdgeMetrics edge_metrics{metrics};
  std::optional<store::FolderLock> lock;
  store::Ballast ballast{config.ballast_file(), config.ballast_bytes};
  Result<> storage;  // whether the disk takes new records
  std::optional<ContentFolder> content;
  std::vector<std::string> problems_at_start;
  PinPool pins;
  std::optional<delivery::Outbox> outbox;
  AttemptStore attempts;
  Kiosks kiosks;
  Sessions sessions;
  SyncHub sync{loop.get_executor()};
  std::unique_ptr<store::Connection> reader;
  std::optional<SignIn> sign_in;
  std::optional<Capture> capture;
  std::optional<RequestDesk> desk;
  std::optional<Api> api;
  std::optional<Publisher> publisher;
  std::optional<Caretaker> caretaker;
  Https https{{clock, metrics, alarms}};
  std::optional<http::Server> server;
  std::optional<EdgeReport> report;
  std::optional<Admin> admin;
  std::optional<http::LocalServer> admin_server;
  boost::asio::steady_timer timer;
  unsigned rounds = 0;
  // Last, so that it ends first: what it still commits may use everything above.
  std::unique_ptr<store::Writer> writer;
};

EdgeGateway::EdgeGateway(boost::asio::io_context& loop, EdgeConfig config, const Clock& clock,
                         std::string version, AtPoint at_point)
    : state_(
          std::make_unique<State>(loop, std::move(config), clock, std::move(version), std::move(at_point))) {}

EdgeGateway::~EdgeGateway() = default;

Result<> EdgeGateway::start() {
  auto& self = *state_;
  if (auto locked = self.lock_folder(); !locked) return locked;
  if (auto loaded = self.load_content(); !loaded) return loaded;
  if (auto opened = self.open_store(); !opened) return opened;
  if (auto built = self.build_line(); !built) return built;
  self.look_at_packages();
  if (auto serving = self.serve_http(); !serving) return serving;
  if (auto serving = self.serve_administrators(); !serving) return serving;
  if (auto publishing = self.publisher->start(); !publishing) return publishing;
  self.look_around();
  return {};
}

boost::asio::awaitable<void> EdgeGateway::stop() {
  auto& self = *state_;
  self.timer.cancel();
  self.sync.close();
  if (self.server) self.server->stop();
  if (self.admin_server) self.admin_server->stop();
  if (self.publisher) co_await self.publisher->stop();
}

uint16_t EdgeGateway::http_port() const {
  return state_->server ? state_->server->port() : uint16_t{0};
}

}  // namespace millrace::edge
