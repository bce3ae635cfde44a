#include "cli/log_check.hpp"

#include <istream>

#include <fmt/format.h>

#include "cli/event_json.hpp"
#include "core/delivery/log_reader.hpp"

namespace millrace::cli {

Result<Verified> verify_log(store::Connection& db, const std::vector<PublicKey>& keys) {
  Verification verification(keys);
  if (auto whole = store::check_integrity(db); !whole) {
    if (whole.error().kind != ErrorKind::corrupt) return std::unexpected(whole.error());
    verification.fault("the database", whole.error().message);
  }
  const auto read = store::read(db, [&](store::Connection& on) {
    // One snapshot, while the box may be writing.
    on.execute("BEGIN");
    for (const auto& stream : delivery::read_streams(on)) {
      const auto& at = stream.position;
      verification.begins_behind(at.stream_id, stream.pruned_through, stream.pruned_hash);
      if (at.last_sequence > 0) verification.ends_with(at.stream_id, at.last_sequence, at.last_hash);
    }
    delivery::read_log(on, {}, [&](const delivery::LoggedRecord& record) {
      const auto place =
          fmt::format("stream {} record {}", record.status.stream_id.string(), record.status.sequence);
      if (!record.whole) {
        verification.fault(place, "it cannot be read: its data or its attributes are damaged");
        return;
      }
      const auto evidence = delivery::read_evidence(record.event);
      if (evidence &&
          (evidence->hash != record.hash || evidence->stream_id != record.status.stream_id ||
           evidence->sequence != record.status.sequence || evidence->event_id != record.status.event_id)) {
        verification.fault(place, "its content is not what was recorded in this place");
        return;
      }
      verification.add(record.event, "the log");
    });
    on.execute("ROLLBACK");
  });
  if (!read) verification.fault("the database", read.error().message);
  return verification.finish();
}

Verified verify_lines(std::istream& lines, const std::vector<PublicKey>& keys) {
  Verification verification(keys);
  std::string line;
  bool empty = true;
  for (uint64_t number = 1; std::getline(lines, line); ++number) {
    if (line.find_first_not_of(" \t\r") == std::string::npos) continue;
    empty = false;
    const auto place = fmt::format("line {}", number);
    if (const auto event = from_json(line)) {
      verification.add(*event, place);
    } else {
      verification.fault(place, event.error().message);
    }
  }
  if (empty) verification.fault("the file", "there is no event in it");
  return verification.finish();
}

}  // namespace millrace::cli
