// How the box is, for those who run it.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "edge/api/api.hpp"

namespace millrace::edge {

struct Certificate {
  std::string of;  ///< kiosks, authority, broker
  std::vector<std::string> names;
  WallTime until;
};

/// What grows, how fast, and how long there is room for it. Nothing where the past says nothing.
struct Room {
  std::optional<double> bytes_per_day;
  std::optional<double> days_until_full;
};
/// So many bytes came in that time.
struct Pace {
  double bytes = 0;
  Millis time{0};
};
/// As many days as `left_bytes` last at that pace.
Room room_at_pace(const Pace& pace, double left_bytes);

struct BoxReport {
  BoxStatus status;
  WallTime now;
  WallTime started;
  int schema = 0;
  ClockState clock{};
  struct Alarm {
    std::string reason;
    WallTime since;
  };
  std::map<std::string, Alarm> alarms;
  struct Relay {
    bool through = false;  ///< to Service Bus
    WallTime since;
  };
  std::map<std::string, Relay> relays;
  uint64_t conflicts = 0;
  uint64_t outbox_bytes = 0;
  uint64_t outbox_quota_bytes = 0;
  std::optional<WallTime> last_receipt;
  Room outbox;  ///< if nothing were received any more
  uint64_t disk_total_bytes = 0;
  uint64_t disk_free_bytes = 0;
  uint64_t database_bytes = 0;
  Room disk;
  std::vector<Certificate> certificates;
  std::vector<Kiosk> kiosks;
  size_t sessions = 0;
  size_t operators = 0;
  size_t assignments = 0;
  size_t packages = 0;
};

/// GET /admin/v1/box, as docs/console-api.yaml describes it.
std::string box_json(const BoxReport& report);

}  // namespace millrace::edge
