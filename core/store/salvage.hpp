// What can still be read of a damaged database.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "core/store/database.hpp"

namespace millrace::store {

struct Salvaged {
  std::string table;
  uint64_t rows = 0;
  bool whole = false;  ///< the table was read to its end without an error
};

/// Copies every row that can be read into the tables of the same name of `into`, which is migrated and empty;
/// columns that either side lacks are left out. The damaged file is only read. What a row refers to may be
/// missing: the caller looks at that. In one transaction. Errors: no_space, io of `into`; a file that cannot
/// be opened at all gives no rows and no error.
Result<std::vector<Salvaged>> salvage(const std::filesystem::path& damaged, Connection& into);

}  // namespace millrace::store
