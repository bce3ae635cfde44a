// Definitions of entities as the store writes them.
#pragma once

#include <string>
#include <string_view>

#include "core/base/result.hpp"
#include "emulator/broker/definition.hpp"

namespace millrace::bus {

/// A JSON object: the entity as the official emulator's file would write it, its kind, its topic and times.
std::string to_json(const Definition& definition);
/// Errors: corrupt.
Result<Definition> definition_from_json(std::string_view text);

}  // namespace millrace::bus
