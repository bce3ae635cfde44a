// Reads a response out of a JSON document: a package's answer, a request's response, a stored one.
#pragma once

#include "edge/json/strict_json.hpp"
#include "edge/testing/response.hpp"

namespace millrace::edge {

/// Exactly one of `choice`, `choices`, `value` and `number`; null is no answer. Problems go to the document.
Response read_response(const json::Value& value);

}  // namespace millrace::edge
