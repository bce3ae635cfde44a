// Parts of requests in JSON, read strictly: in the box's files and in the bodies of kiosks.
#pragma once

#include <filesystem>

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
/// A file of at most 4 MiB whose `format` is this one; io or invalid_input, naming the file.
Result<json::Document> read_requests_file(const std::filesystem::path& file, std::string_view format);

}  // namespace millrace::edge
