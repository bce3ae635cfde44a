#include "cli/listing.hpp"

#include <deque>

#include <fmt/format.h>

#include "cli/event_json.hpp"
#include "core/base/printable.hpp"

namespace millrace::cli {

using delivery::LoggedRecord;
namespace attr = delivery::attr;

namespace {

std::deque<LoggedRecord> last_ones(store::Connection& db, const delivery::RecordFilter& filter,
                                   uint64_t most) {
  std::deque<LoggedRecord> records;
  delivery::read_log(db, filter, [&](const LoggedRecord& record) {
    records.push_back(record);
    if (records.size() > most) records.pop_front();
  });
  return records;
}

std::string place_of(const delivery::RecordStatus& status) {
  return fmt::format("{}/{}", status.stream_id.string(), status.sequence);
}

}  // namespace

std::string list_records(store::Connection& db, const delivery::RecordFilter& filter, uint64_t most) {
  std::string out;
  Uuid stream;
  for (const auto& record : last_ones(db, filter, most)) {
    const auto& status = record.status;
    if (stream != status.stream_id) {
      stream = status.stream_id;
      out += fmt::format("stream {}\n{:>10}  {:<9} {:<24} {:<36} {}\n", stream.string(), "sequence", "state",
                         "recorded", "event", "type, partition");
    }
    out += fmt::format("{:>10}  {:<9} {:<24} {:<36} {}\n", status.sequence, to_string(status.state),
                       rfc3339(status.recorded), status.event_id.string(),
                       record.whole ? printable(fmt::format("{}, {}", record.event.get(attr::type),
                                                            record.event.get(attr::partitionkey)))
                                    : "damaged");
    if (status.state == delivery::RecordState::parked)
      out +=
          fmt::format("{:>10}  {}{}\n", "", printable(status.reason),
                      status.maybe_delivered ? " (an earlier send had no answer: it may have arrived)" : "");
  }
  return out;
}

std::string list_json(store::Connection& db, const delivery::RecordFilter& filter, uint64_t most) {
  std::string out;
  for (const auto& record : last_ones(db, filter, most)) {
    if (record.whole) out += to_json(record.event) + "\n";
  }
  return out;
}

std::string show_records(store::Connection& db, const delivery::RecordFilter& filter) {
  std::string out;
  delivery::read_log(db, filter, [&](const LoggedRecord& record) {
    const auto& status = record.status;
    out += fmt::format("record {}\n  state      {}\n  recorded   {}\n", place_of(status),
                       to_string(status.state), rfc3339(status.recorded));
    if (status.receipted) out += fmt::format("  receipted  {}\n", rfc3339(*status.receipted));
    if (!status.reason.empty()) out += fmt::format("  reason     {}\n", printable(status.reason));
    if (status.maybe_delivered) out += "  an earlier send had no answer: it may have arrived\n";
    if (!record.whole) out += "  it is damaged: its data or its attributes cannot be read\n";
    for (const auto& [name, value] : record.event.attributes)
      out += fmt::format("  {:<18} {}\n", name, printable(value));
    out += fmt::format("  {} bytes of data\n", record.event.data.size());
    out += describe_data(record.event);
    for (const auto& entry : delivery::read_audit(db, status.event_id)) {
      if (entry.place.sequence != status.sequence || entry.place.stream_id != status.stream_id) continue;
      out += fmt::format("  {} {} by {}: {}\n", rfc3339(entry.at), entry.action,
                         printable(entry.decision.actor), printable(entry.decision.reason));
    }
    out += "\n";
  });
  return out;
}

}  // namespace millrace::cli
