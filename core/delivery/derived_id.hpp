// Ids that follow from a submission key.
#pragma once

#include <cstdint>
#include <string_view>

#include "core/base/uuid.hpp"

namespace millrace::delivery {

/// A submission that makes several things derives their ids from its key, so that the same submission made
/// again, after a restored backup too, makes the same ones. A UUID of version 7 with the key's time, whose
/// other bits are the first of SHA-256(key ‖ what ‖ number as u32, big-endian).
Uuid derived_id(const Uuid& key, std::string_view what, uint32_t number);

}  // namespace millrace::delivery
