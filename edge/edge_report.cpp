#include "edge/edge_report.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "core/base/log.hpp"
#include "core/delivery/log_history.hpp"
#include "core/delivery/outbox_reader.hpp"
#include "edge/capture/attempt_store.hpp"
#include "edge/capture/edge_schema.hpp"
#include "edge/capture/submissions.hpp"

namespace millrace::edge {
namespace {

namespace fs = std::filesystem;

/// The log beside it is a part of it.
uint64_t database_size(const fs::path& database) {
  std::error_code missing;
  const auto own = fs::file_size(database, missing);
  if (missing) return 0;
  const auto log = fs::file_size(database.string() + "-wal", missing);
  return own + (missing ? 0 : log);
}

/// Of the database, by a clock that can be believed. A salvage opens the stream anew, and keeps the attempts.
std::optional<WallTime> first_entry(store::Connection& db) {
  const auto opened = delivery::first_opened(db);
  const auto begun = AttemptStore::first_begun(db);
  if (!opened || !begun || *begun < kEarliestBelievable) return opened;
  return std::min(*opened, *begun);
}

LinkStatus status_of(const Link& link) {
  return {std::string(to_string(link.state)), link.since};
}

/// Whoever calls it by a name that is written so needs to know which one.
bool is_pattern(const std::string& name) {
  return name.starts_with('*');
}

}  // namespace

bool has_room(const delivery::Backlog& backlog, uint64_t quota_bytes) {
  constexpr auto kMostRecordBytes =
      delivery::kMostDataBytes + delivery::kMostAttributeBytes + delivery::kRecordOverheadBytes;
  return backlog.unsettled_bytes + kMostRecordBytes <= quota_bytes;
}

EdgeReport::EdgeReport(const Parts& parts) : parts_(parts), started_(parts_.clock.wall()) {}

BoxStatus EdgeReport::status() const {
  const auto& config = parts_.config;
  BoxStatus out;
  out.site = config.place.site;
  out.edge = config.place.edge;
  out.station = config.place.station;
  out.version = parts_.version;
  out.app = kiosk_app_version(config.http.kiosk_dir);
  out.plant_link = status_of(parts_.publisher.plant_link());
  out.centre_link = status_of(parts_.publisher.centre_link());
  out.storage_full = parts_.alarms.active().contains(kStorageAlarm);
  if (const auto backlog = parts_.publisher.backlog()) {
    out.outbox_depth = backlog->depth;
    out.outbox_parked = backlog->parked;
    out.outbox_oldest = backlog->oldest;
    out.storage_full = out.storage_full || !has_room(*backlog, config.outbox_quota_bytes);
  }
  return out;
}

BoxReport EdgeReport::report() {
  const auto now = parts_.clock.wall();
  if (parts_.clock.mono() >= look_again_) look_closer(now);
  auto out = slow_;
  out.status = status();
  out.now = now;
  out.started = started_;
  out.clock = parts_.clock.state();
  for (const auto& [name, reason] : parts_.alarms.active())
    out.alarms[name] = {reason, parts_.alarms.since(name)};
  for (const auto& [name, link] : parts_.publisher.relays())
    out.relays[name] = {link.state == LinkState::up, link.since};
  if (const auto backlog = parts_.publisher.backlog()) {
    out.outbox_bytes = backlog->unsettled_bytes;
    const auto left = out.outbox_quota_bytes - std::min(out.outbox_quota_bytes, out.outbox_bytes);
    out.outbox = room_at_pace(outbox_pace_, static_cast<double>(left));
  }
  const auto receipted = store::read(parts_.reader, delivery::read_last_receipt);
  if (receipted) out.last_receipt = *receipted;
  out.kiosks = parts_.kiosks.all();
  out.sessions = parts_.sessions.size();
  const auto& content = parts_.content.current();
  out.operators = content.roster->size();
  out.assignments = content.assignments->all().size();
  out.packages = content.packages->size();
  return out;
}

void EdgeReport::look_closer(WallTime now) {
  look_again_ = parts_.clock.mono() + kSlowFiguresEvery;
  slow_ = {};
  slow_.schema = std::ranges::max(kEdgeMigrations, {}, &store::Migration::version).version;
  slow_.outbox_quota_bytes = parts_.config.outbox_quota_bytes;
  look_at_log(now);
  look_at_disk(now);
  look_at_certificates();
}

void EdgeReport::look_at_log(WallTime now) {
  outbox_pace_ = {};
  const auto read = store::read(parts_.reader, [&](store::Connection& db) {
    slow_.conflicts = count_conflicts(db);
    const auto recent = delivery::read_recent(db, now - kPaceOver);
    outbox_pace_.time = now - recent.complete_from;
    for (const auto& moment : recent.moments) {
      if (moment.recorded >= recent.complete_from)
        outbox_pace_.bytes += static_cast<double>(moment.size_bytes);
    }
  });
  if (!read) log::error("api.read_failed", {{"error", read.error().message}});
}

void EdgeReport::look_at_disk(WallTime now) {
  std::error_code failed;
  if (const auto space = fs::space(parts_.config.data_dir, failed); !failed) {
    slow_.disk_total_bytes = space.capacity;
    slow_.disk_free_bytes = space.available;
  }
  slow_.database_bytes = database_size(parts_.config.database());
  const auto begun = store::read(parts_.reader, first_entry);
  if (!begun || !*begun) return;
  slow_.disk = room_at_pace({static_cast<double>(slow_.database_bytes), now - **begun},
                            static_cast<double>(slow_.disk_free_bytes));
}

void EdgeReport::look_at_certificates() {
  slow_.certificates = parts_.https.certificates();
  const auto& tls = parts_.config.broker.tls;
  if (!tls || tls->certificate.empty()) return;
  if (const auto facts = read_certificate_file(tls->certificate))
    slow_.certificates.push_back({"broker", facts->names, facts->chain_until});
}

std::vector<std::string> EdgeReport::console_addresses(uint16_t port) const {
  const auto& http = parts_.config.http;
  if (http.kiosk_dir.empty()) return {};
  auto names = http.names;
  for (const auto& certificate : parts_.https.certificates()) {
    if (names.empty() && certificate.of == kKiosksCertificate) names = certificate.names;
  }
  std::erase_if(names, is_pattern);
  if (names.empty()) names.push_back(http.address);
  std::vector<std::string> out;
  out.reserve(names.size());
  for (const auto& name : names) {
    out.push_back(fmt::format("{}://{}:{}/console.html", parts_.https.identity() ? "https" : "http",
                              name.contains(':') ? "[" + name + "]" : name, port));
  }
  return out;
}

}  // namespace millrace::edge
