// Lock tokens on the wire.
#pragma once

#include "core/base/bytes.hpp"
#include "core/base/uuid.hpp"

namespace millrace::bus {

/// A delivery tag is the token as a .NET GUID: the first three groups are little-endian. `$management` speaks
/// of the same token in network order.
Bytes delivery_tag(const Uuid& token);

}  // namespace millrace::bus
