#include "cli/status_text.hpp"

#include <cmath>

#include <fmt/format.h>
#include <boost/json.hpp>

#include "core/base/printable.hpp"

namespace millrace::cli {
namespace {

namespace bj = boost::json;

constexpr int64_t kMinute_s = 60;
constexpr int64_t kHour_s = 3'600;
constexpr int64_t kDay_s = 86'400;
constexpr double kMiB = 1024.0 * 1024.0;

/// Asks a document of the box's own; what is not there throws, and the whole is then no answer of the box.
class Told {
 public:
  explicit Told(const bj::value& value) : value_(value) {}
  Told at(const char* name) const { return Told(value_.at(name)); }
  std::string text() const { return std::string(value_.as_string()); }
  std::string shown() const { return printable(text()); }
  double number() const { return value_.to_number<double>(); }
  bool is_null() const { return value_.is_null(); }
  WallTime time() const { return parse_rfc3339(text()).value(); }
  const bj::array& all() const { return value_.as_array(); }

 private:
  const bj::value& value_;
};

std::string ago(const Told& time, WallTime now) {
  return fmt::format("{} ago", age_text(now - time.time()));
}

std::string line(std::string_view name, std::string_view what) {
  return fmt::format("{:<12} {}\n", name, what);
}

std::string link(const Told& link, WallTime now) {
  return fmt::format("{}, since {}", link.at("state").text(), age_text(now - link.at("since").time()));
}

/// `when`: what has to go on for it.
std::string until_full(const Told& room, std::string_view when) {
  const auto days = room.at("days_until_full");
  return days.is_null() ? "" : fmt::format("; {} full in {:.0f} days", when, std::floor(days.number()));
}

std::string outbox(const Told& outbox, WallTime now) {
  auto out = fmt::format("{:.0f} waiting", outbox.at("depth").number());
  if (!outbox.at("oldest").is_null())
    out += fmt::format(", the oldest for {}", age_text(now - outbox.at("oldest").time()));
  out += fmt::format("; {:.0f} parked", outbox.at("parked").number());
  out += outbox.at("last_receipt").is_null()
             ? "; no receipt yet"
             : fmt::format("; last receipt {}", ago(outbox.at("last_receipt"), now));
  const auto used = outbox.at("bytes").number();
  const auto quota = outbox.at("quota_bytes").number();
  return fmt::format("{}; {:.1f} of {:.0f} MiB{}", out, used / kMiB, quota / kMiB,
                     until_full(outbox, "without receipts"));
}

std::string print(const Told& box) {
  const auto now = box.at("now").time();
  const auto versions = box.at("versions");
  std::string out =
      line("box", fmt::format("{} / {}, {}, up {}", box.at("site").text(), box.at("edge").text(),
                              versions.at("edge").text(), age_text(now - box.at("started_at").time())));
  for (const auto& one : box.at("alarms").all()) {
    const Told alarm(one);
    out += line("ALARM", fmt::format("{} for {}: {}", alarm.at("name").text(),
                                     age_text(now - alarm.at("since").time()), alarm.at("reason").shown()));
  }
  if (box.at("alarms").all().empty()) out += line("alarms", "none");
  out += line("plant", link(box.at("links").at("plant"), now));
  out += line("centre", link(box.at("links").at("centre"), now));
  for (const auto& one : box.at("relays").all()) {
    const Told relay(one);
    out += line("relay", fmt::format("{}: {}, since {}", relay.at("name").shown(),
                                     one.at("through").as_bool() ? "through to Service Bus" : "not through",
                                     age_text(now - relay.at("since").time())));
  }
  out += line("outbox", outbox(box.at("outbox"), now));
  if (const auto conflicts = box.at("outbox").at("conflicts").number(); conflicts > 0)
    out +=
        line("conflicts",
             fmt::format("{:.0f}, of submissions under a key that was used for something else", conflicts));
  const auto disk = box.at("disk");
  out += line("disk",
              fmt::format("{:.0f} of {:.0f} MiB free, the database has {:.1f} MiB{}",
                          disk.at("free_bytes").number() / kMiB, disk.at("total_bytes").number() / kMiB,
                          disk.at("database_bytes").number() / kMiB, until_full(disk, "at the pace so far")));
  out += line("clock", box.at("clock_state").text());
  for (const auto& one : box.at("certificates").all()) {
    const Told certificate(one);
    out += line("certificate", fmt::format("of {}: until {}", certificate.at("of").text(),
                                           certificate.at("until").text().substr(0, 10)));
  }
  out += line("signed in", fmt::format("{:.0f}", box.at("sessions").number()));
  for (const auto& one : box.at("kiosks").all()) {
    const Told kiosk(one);
    out += line("kiosk", fmt::format("{} at {}, app {}, heard of {}", kiosk.at("name").shown(),
                                     kiosk.at("address").text(), kiosk.at("app").text(),
                                     ago(kiosk.at("last_seen"), now)));
  }
  return out;
}

}  // namespace

std::string age_text(Millis age) {
  const auto s = std::max<int64_t>(0, std::chrono::duration_cast<std::chrono::seconds>(age).count());
  if (s < 2 * kMinute_s) return fmt::format("{} s", s);
  if (s < 2 * kHour_s) return fmt::format("{} min", s / kMinute_s);
  if (s < 2 * kDay_s) return fmt::format("{} h", s / kHour_s);
  return fmt::format("{} days", s / kDay_s);
}

std::string status_text(std::string_view box_json) {
  try {
    const auto document = bj::parse(box_json);
    return print(Told(document));
  } catch (const std::exception&) {
    return {};
  }
}

}  // namespace millrace::cli
