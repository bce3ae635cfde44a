// One assessmentItem of QTI 2.1 or 2.2.
#pragma once

#include <string>

#include "cli/packages/draft.hpp"

namespace millrace::cli {

/// `read` knows files by their names relative to the item's own.
DraftItem read_qti_item(const pugi::xml_node& root, const ReadBeside& read, const std::string& language);

}  // namespace millrace::cli
