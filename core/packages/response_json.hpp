// Reads a response out of a JSON document: a package's answer, a request's response, a stored one.
#pragma once

#include "core/json/strict_json.hpp"
#include "core/packages/response.hpp"

namespace millrace::packages {

/// Exactly one of `choice`, `choices`, `value`, `number`, `order`, `pairs` and `region`; null is no answer.
/// Problems go to the document.
Response read_response(const json::Value& value);

}  // namespace millrace::packages
