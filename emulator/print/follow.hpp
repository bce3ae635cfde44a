// Shows a running bus on a terminal, as it changes.
#pragma once

#include <functional>
#include <string>

#include "core/base/result.hpp"
#include "core/net/dial.hpp"

namespace millrace::bus {

/// Makes the header's value, anew for each request; empty where nobody asks for one.
using Authorization = std::function<std::string()>;

/// Asks the bus twice a second, and prints what there is, then each line that comes (+) or goes (-), until it
/// is interrupted. Errors: unavailable, unauthorised.
Result<> follow(const net::Endpoint& bus, const Authorization& authorization);

}  // namespace millrace::bus
