// How much of a foreign file is kept while it is read. A small file may refer to a large one many times.
#pragma once

#include "cli/packages/draft.hpp"
#include "core/packages/package_limits.hpp"

namespace millrace::cli {

/// More items than a package may hold are still named in the report, within reason.
inline constexpr size_t kMostDraftItems = 10 * packages::kMostItems;
/// Of all items, with their pictures and sounds: as much as the files that are read may have. A package holds
/// less, but which of the items it gets is only known in the end.
inline constexpr size_t kMostDraftBytes = 64 * 1024 * 1024;

/// Whether no further item is looked at, which the draft then says.
bool is_full(Draft& draft);

/// An item that is longer than a whole package, or has no place any more, is refused. Of a refused one only
/// the name and the reason are kept.
void add_item(Draft& draft, DraftItem item);

}  // namespace millrace::cli
