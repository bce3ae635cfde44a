// Submissions under a key that had been used for something else, as people read them.
#pragma once

#include <string>
#include <string_view>

#include "core/store/database.hpp"

namespace millrace::cli {

/// All of them, one a line under a heading, the newest last. Empty when there is none. Throws store::Failure.
std::string list_conflicts(store::Connection& db);
/// What came, and what had been saved under its key. Empty when there is no such reference ("KC-12"). Throws
/// store::Failure.
std::string show_conflict(store::Connection& db, std::string_view reference);

}  // namespace millrace::cli
