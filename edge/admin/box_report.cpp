#include "edge/admin/box_report.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

namespace millrace::edge {
namespace {

using boost::json::array;
using boost::json::object;
using boost::json::value;

/// With less of a past nobody can say how fast something grows.
constexpr std::chrono::hours kLeastPast{24};

value time_or_null(const std::optional<WallTime>& time) {
  return time ? value(rfc3339(*time)) : value(nullptr);
}

value number_or_null(const std::optional<double>& number) {
  return number ? value(*number) : value(nullptr);
}

object to_object(const LinkStatus& link) {
  return {{"state", link.state}, {"since", rfc3339(link.since)}};
}

array to_array(const std::map<std::string, BoxReport::Alarm>& alarms) {
  array out;
  for (const auto& [name, alarm] : alarms) {
    out.push_back(object{{"name", name}, {"reason", alarm.reason}, {"since", rfc3339(alarm.since)}});
  }
  return out;
}

array to_array(const std::map<std::string, BoxReport::Relay>& relays) {
  array out;
  for (const auto& [name, relay] : relays) {
    out.push_back(object{{"name", name}, {"through", relay.through}, {"since", rfc3339(relay.since)}});
  }
  return out;
}

array to_array(const std::vector<Certificate>& certificates) {
  array out;
  for (const auto& one : certificates) {
    array names;
    for (const auto& name : one.names) names.push_back(value(name));
    out.push_back(object{{"of", one.of}, {"names", std::move(names)}, {"until", rfc3339(one.until)}});
  }
  return out;
}

array to_array(const std::vector<Kiosk>& kiosks) {
  array out;
  for (const auto& kiosk : kiosks) {
    out.push_back(object{{"name", kiosk.name},
                         {"address", kiosk.address},
                         {"app", kiosk.app},
                         {"last_seen", rfc3339(kiosk.last_seen)}});
  }
  return out;
}

}  // namespace

Room room_at_pace(const Pace& pace, double left_bytes) {
  Room room;
  if (pace.time < kLeastPast || pace.bytes <= 0) return room;
  const double days = std::chrono::duration<double, std::chrono::days::period>(pace.time).count();
  room.bytes_per_day = pace.bytes / days;
  room.days_until_full = left_bytes / *room.bytes_per_day;
  return room;
}

std::string box_json(const BoxReport& report) {
  const auto& status = report.status;
  const object out{
      {"now", rfc3339(report.now)},
      {"started_at", rfc3339(report.started)},
      {"site", status.site},
      {"edge", status.edge},
      {"station", status.station},
      {"versions", {{"edge", status.version}, {"app", status.app}, {"schema", report.schema}}},
      {"clock_state", to_string(report.clock)},
      {"alarms", to_array(report.alarms)},
      {"links", {{"plant", to_object(status.plant_link)}, {"centre", to_object(status.centre_link)}}},
      {"relays", to_array(report.relays)},
      {"outbox",
       {{"depth", status.outbox_depth},
        {"oldest", time_or_null(status.outbox_oldest)},
        {"parked", status.outbox_parked},
        {"conflicts", report.conflicts},
        {"bytes", report.outbox_bytes},
        {"quota_bytes", report.outbox_quota_bytes},
        {"last_receipt", time_or_null(report.last_receipt)},
        {"bytes_per_day", number_or_null(report.outbox.bytes_per_day)},
        {"days_until_full", number_or_null(report.outbox.days_until_full)}}},
      {"disk",
       {{"total_bytes", report.disk_total_bytes},
        {"free_bytes", report.disk_free_bytes},
        {"database_bytes", report.database_bytes},
        {"bytes_per_day", number_or_null(report.disk.bytes_per_day)},
        {"days_until_full", number_or_null(report.disk.days_until_full)}}},
      {"certificates", to_array(report.certificates)},
      {"kiosks", to_array(report.kiosks)},
      {"sessions", report.sessions},
      {"content",
       {{"operators", report.operators},
        {"assignments", report.assignments},
        {"packages", report.packages}}}};
  return boost::json::serialize(out);
}

}  // namespace millrace::edge
