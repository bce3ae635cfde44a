// Gathers what those who run the box are shown of it.
#pragma once

#include "core/store/database.hpp"
#include "edge/admin/box_report.hpp"
#include "edge/edge_config.hpp"
#include "edge/https.hpp"
#include "edge/publish/publisher.hpp"

namespace millrace::edge {

inline constexpr auto kStorageAlarm = "storage-full";

/// What takes a look at the disk is looked at so often.
inline constexpr Millis kSlowFiguresEvery{60'000};
/// The pace of the outbox is that of the last days.
inline constexpr std::chrono::days kPaceOver{7};

/// For one more completion of any size.
bool has_room(const delivery::Backlog& backlog, uint64_t quota_bytes);

/// On the loop; owned by the gateway; what it is given must outlive it.
class EdgeReport {
 public:
  struct Parts {
    const EdgeConfig& config;
    const std::string& version;
    const Clock& clock;
    store::Connection& reader;
    const ContentFolder& content;
    const Kiosks& kiosks;
    const Sessions& sessions;
    const Publisher& publisher;
    const Https& https;
    const metrics::Alarms& alarms;
  };
  explicit EdgeReport(const Parts& parts);

  BoxStatus status() const;
  BoxReport report();
  /// Of the console's page, as browsers may call it; none when the box serves no pages.
  std::vector<std::string> console_addresses(uint16_t port) const;

 private:
  void look_closer(WallTime now);
  void look_at_log(WallTime now);
  void look_at_disk(WallTime now);
  void look_at_certificates();

  Parts parts_;
  WallTime started_;
  MonoTime look_again_;
  BoxReport slow_;  // what look_closer found
  Pace outbox_pace_;
};

}  // namespace millrace::edge
