// A history as a file: one JSON object per line, as README.md describes it.
#pragma once

#include <istream>
#include <vector>

#include "core/base/result.hpp"
#include "tests/ledger/ledger.hpp"

namespace millrace::ledger {

struct History {
  struct Line {
    uint64_t number = 0;  ///< from 1 on
    Entry entry;
  };
  /// Not as they stand in the file but as the ledger wants them: see read_history.
  std::vector<Line> lines;
  bool ended = false;
};

/// Reads all of it. The recorder of real processes learns of things late and from several sides, so what
/// disks hold and what is known of the sink is put first, and the states of rows behind what arrived. Errors:
/// invalid_input, with the number of the first malformed line.
Result<History> read_history(std::istream& in);

void judge(const History& history, Ledger& ledger);

}  // namespace millrace::ledger
