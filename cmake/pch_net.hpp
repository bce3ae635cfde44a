// Precompiled for the modules that touch the network.
#include "pch_std.hpp"

#include <boost/asio.hpp>
