// Parts of requests in JSON, read strictly: in the box's files and in the bodies of kiosks.
#pragma once

#include "core/base/clock.hpp"
#include "core/base/uuid.hpp"
#include "core/json/strict_json.hpp"
#include "edge/requests/kinds.hpp"

namespace millrace::edge {

/// An id of a plant: a skill, a reason, an operator, a step.
std::string read_id(const json::Value& value);
Uuid read_uuid(const json::Value& value);
RequestKind read_kind(const json::Value& value);
/// At least so many and at most kMostFreeTextCharacters characters.
std::string read_free_text(const json::Value& value, size_t least = 0);
WallTime read_time(const json::Value& value);

}  // namespace millrace::edge
