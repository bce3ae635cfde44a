#include <fmt/format.h>
#include <boost/json.hpp>

#include "core/base/log.hpp"
#include "core/delivery/log_history.hpp"
#include "core/delivery/log_reader.hpp"
#include "edge/admin/admin_handlers.hpp"
#include "edge/capture/submissions.hpp"

namespace millrace::edge {

namespace asio = boost::asio;

namespace {

using boost::json::array;
using boost::json::object;
using boost::json::value;

constexpr size_t kMostParkedShown = 200;
constexpr size_t kMostDecisionsShown = 50;
constexpr size_t kMostConflictsShown = 100;

/// What a picture shows well: some 150 steps.
struct Span {
  std::string_view hours;
  std::chrono::hours time;
  std::chrono::minutes step;
};
constexpr Span kSpans[] = {{"24", std::chrono::hours{24}, std::chrono::minutes{10}},
                           {"168", std::chrono::hours{168}, std::chrono::minutes{60}}};

http::Response answer(const Result<object>& read) {
  if (read) return http::Response::json(boost::json::serialize(*read));
  log::error("api.read_failed", {{"error", read.error().message}});
  return http::Response::problem(read.error());
}

array numbers(const std::vector<uint64_t>& counted) {
  array out;
  for (const auto one : counted) out.push_back(value(one));
  return out;
}

object history_between(store::Connection& db, WallTime from, WallTime to, const Span& span) {
  const auto log = delivery::read_recent(db, from);
  const auto history = delivery::history_of(log, from, span.step, static_cast<size_t>(span.time / span.step));
  array oldest;
  for (const auto age : history.oldest_age)
    oldest.push_back(value(std::chrono::duration_cast<std::chrono::seconds>(age).count()));
  return {{"from", rfc3339(from)},
          {"to", rfc3339(to)},
          {"step_s", std::chrono::seconds(span.step).count()},
          {"complete_from", rfc3339(log.complete_from)},
          {"recorded", numbers(history.recorded)},
          {"received", numbers(history.received)},
          {"waiting", numbers(history.waiting)},
          {"oldest_s", std::move(oldest)}};
}

http::Response history(const Admin& admin, const http::Request& request) {
  const auto asked = request.query.find("hours");
  for (const auto& span : kSpans) {
    if (asked == request.query.end() || asked->second != span.hours) continue;
    const auto now = admin.clock.wall();
    return answer(store::read(admin.reader, [&](store::Connection& db) {
      return history_between(db, now - span.time, now, span);
    }));
  }
  return http::Response::problem(
      {ErrorKind::invalid_input, fmt::format("hours must be {} or {}", kSpans[0].hours, kSpans[1].hours)});
}

object to_object(const delivery::LoggedRecord& record) {
  const auto& status = record.status;
  return {{"stream_id", status.stream_id.string()},
          {"sequence", status.sequence},
          {"event_id", status.event_id.string()},
          {"type", record.event.get(delivery::attr::type)},
          {"partition", record.event.get(delivery::attr::partitionkey)},
          {"recorded_at", rfc3339(status.recorded)},
          {"parked_at", status.receipted ? value(rfc3339(*status.receipted)) : value(nullptr)},
          {"reason", status.reason},
          {"maybe_delivered", status.maybe_delivered},
          {"damaged", !record.whole}};
}

object to_object(const delivery::AuditEntry& entry) {
  return {{"at", rfc3339(entry.at)},          {"actor", entry.decision.actor},
          {"action", entry.action},           {"stream_id", entry.place.stream_id.string()},
          {"sequence", entry.place.sequence}, {"event_id", entry.event_id.string()},
          {"reason", entry.decision.reason}};
}

object parked(store::Connection& db) {
  auto records = delivery::read_parked(db, kMostParkedShown + 1);
  const bool more = records.size() > kMostParkedShown;
  if (more) records.pop_back();
  array listed;
  for (const auto& record : records) listed.push_back(to_object(record));
  array decisions;
  for (const auto& entry : delivery::read_decisions(db, kMostDecisionsShown))
    decisions.push_back(to_object(entry));
  return {{"records", std::move(listed)}, {"more", more}, {"decisions", std::move(decisions)}};
}

object conflicts(store::Connection& db) {
  array listed;
  for (const auto& conflict : read_conflicts(db, kMostConflictsShown)) {
    listed.push_back(object{
        {"reference", conflict.reference},
        {"operator_id", conflict.operator_id},
        {"kiosk", conflict.kiosk},
        {"came_at", rfc3339(conflict.came)},
        {"first_saved_at", conflict.first_saved ? value(rfc3339(*conflict.first_saved)) : value(nullptr)},
        {"same_operator", conflict.operator_id == conflict.first_operator}});
  }
  return {{"conflicts", std::move(listed)}};
}

}  // namespace

void add_report_routes(http::Router& router, const Admin& admin, const Guard& reading) {
  router.add("GET", "/admin/v1/box",
             reading([&admin](http::Request&, const Asker&) -> asio::awaitable<http::Response> {
               co_return http::Response::json(box_json(admin.report()));
             }));
  router.add("GET", "/admin/v1/history",
             reading([&admin](http::Request& request, const Asker&) -> asio::awaitable<http::Response> {
               co_return history(admin, request);
             }));
  router.add("GET", "/admin/v1/parked",
             reading([&admin](http::Request&, const Asker&) -> asio::awaitable<http::Response> {
               co_return answer(store::read(admin.reader, parked));
             }));
  router.add("GET", "/admin/v1/conflicts",
             reading([&admin](http::Request&, const Asker&) -> asio::awaitable<http::Response> {
               co_return answer(store::read(admin.reader, conflicts));
             }));
}

}  // namespace millrace::edge
