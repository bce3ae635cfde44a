// Reasons that every plant has, for one without a catalogue of its own.
#pragma once

#include <vector>

#include "edge/requests/catalogue.hpp"

namespace millrace::edge {

std::vector<RequestReason> common_reasons();

}  // namespace millrace::edge
