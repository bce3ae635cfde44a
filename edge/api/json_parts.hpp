// JSON that several answers share. For the views of this folder.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include "core/base/clock.hpp"
#include "core/packages/package.hpp"
#include "edge/api/sync_steps.hpp"
#include "edge/roster/roster.hpp"
#include "edge/testing/packages.hpp"

namespace millrace::edge {

boost::json::value time_or_null(const std::optional<WallTime>& time);
boost::json::object to_object(const Texts& texts);
boost::json::array to_array(const std::vector<std::string>& texts);
boost::json::array to_array(const std::vector<const Operator*>& people);
boost::json::array to_array(const std::vector<SyncStep>& steps);

}  // namespace millrace::edge
