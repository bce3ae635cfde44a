// The box's database at a start: whole, or salvaged, and in a stream that the world knows.
#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "core/delivery/outbox.hpp"
#include "core/store/database.hpp"
#include "edge/capture/completion.hpp"

namespace millrace::edge {

struct OpenedStore {
  std::unique_ptr<store::Connection> db;
  std::string stream_left_for;  ///< why a new stream was opened; empty when none was
};

/// Opens the database for writing: finishes a replacement that was cut short, migrates, looks at every page
/// and at every record that waits. A damaged database is set aside as `{file}.corrupt-{time}`, what can be
/// read of it goes on in a new one. A disk that must leave its stream (salvaged, restored) does so before
/// anything else is recorded. Errors: io, no_space, unavailable; invalid_input when the file is newer than
/// this program.
Result<OpenedStore> open_store(const std::filesystem::path& database, const delivery::Outbox& outbox,
                               const Place& place, const Clock& clock);

}  // namespace millrace::edge
