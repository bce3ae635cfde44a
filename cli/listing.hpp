// Records as people read them.
#pragma once

#include <cstdint>
#include <string>

#include "core/delivery/log_reader.hpp"

namespace millrace::cli {

/// The last `most` records that fit, one a line under a heading. Throws store::Failure.
std::string list_records(store::Connection& db, const delivery::RecordFilter& filter, uint64_t most);
/// The same as events in JSON, one a line (cli/event_json.hpp). Damaged records are left out.
std::string list_json(store::Connection& db, const delivery::RecordFilter& filter, uint64_t most);
/// Every row of one event, oldest first: attributes, what became of it, its data, who decided what. Empty
/// when there is none. Throws store::Failure.
std::string show_records(store::Connection& db, const delivery::RecordFilter& filter);

}  // namespace millrace::cli
