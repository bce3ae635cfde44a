#include "edge/api/kiosks.hpp"

#include <algorithm>
#include <functional>

#include "core/base/printable.hpp"
#include "edge/api/kiosk_settings.hpp"
#include "edge/capture/query.hpp"

namespace millrace::edge {
namespace {

/// Names come from an address that anybody types.
bool can_be_shown(std::string_view name) {
  return !name.empty() && name.size() <= kMostKioskBytes && printable(name) == name;
}

bool is_version(std::string_view text) {
  return text.size() <= kMostAppVersionBytes && std::ranges::all_of(text, [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '.' ||
                  c == '+' || c == '-';
         });
}

}  // namespace

void Kiosks::load(store::Connection& db) {
  Query row(db, "SELECT name, address, app, last_seen FROM kiosk");
  while (row->step()) {
    const auto name = row->text(0);
    kiosks_[name] = {name, row->text(1), row->text(2), read_wall(row, 3)};
  }
}

void Kiosks::heard(std::string_view name, std::string_view address, std::string_view app, WallTime now) {
  if (!can_be_shown(name)) return;
  auto at = kiosks_.find(name);
  if (at == kiosks_.end()) {
    make_room();
    at = kiosks_.emplace(name, Kiosk{}).first;
    at->second.name = name;
    news_ = true;
  }
  auto& kiosk = at->second;
  const std::string version(is_version(app) ? app : "");
  news_ = news_ || kiosk.app != version || kiosk.address != address;
  kiosk.address = address;
  kiosk.app = version;
  kiosk.last_seen = now;
}

std::vector<Kiosk> Kiosks::all() const {
  std::vector<Kiosk> out;
  out.reserve(kiosks_.size());
  for (const auto& [name, kiosk] : kiosks_) out.push_back(kiosk);
  std::ranges::sort(out, std::greater{}, &Kiosk::last_seen);
  return out;
}

std::vector<Kiosk> Kiosks::take() {
  news_ = false;
  return all();
}

void Kiosks::store(store::Connection& db, const std::vector<Kiosk>& kiosks) {
  db.execute("DELETE FROM kiosk");
  for (const auto& kiosk : kiosks) {
    db.statement("INSERT INTO kiosk VALUES (?, ?, ?, ?)")
        .bind(kiosk.name, kiosk.address, kiosk.app, wall_ms(kiosk.last_seen))
        .run();
  }
}

void Kiosks::make_room() {
  if (kiosks_.size() < kMostKiosks) return;
  kiosks_.erase(
      std::ranges::min_element(kiosks_, {}, [](const auto& entry) { return entry.second.last_seen; }));
}

}  // namespace millrace::edge
