// The test packages of core/packages, under the edge's own names.
#pragma once

#include "core/packages/package.hpp"

namespace millrace::edge {
using namespace packages;
}
