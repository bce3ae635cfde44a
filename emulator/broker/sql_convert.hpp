// Values of one type as another. Private to this module.
#pragma once

#include <optional>
#include <string>

#include "emulator/broker/value.hpp"

namespace millrace::bus {

/// As C# writes it: `True`, `2.5`; a time as RFC 3339. Nothing of null.
std::optional<std::string> text_of(const Value& value);

/// The value in the type of the one that it replaces, where it is the same value there: the text '5' as the
/// number 5, 2.0 as 2, and anything as text. Else as it is.
Value as_type_of(const Value& before, Value value);

}  // namespace millrace::bus
