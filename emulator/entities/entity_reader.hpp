// One entity as the official emulator's file writes it. Private to this module.
#pragma once

#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include "emulator/broker/definition.hpp"
#include "emulator/broker/text.hpp"
#include "emulator/entities/json_place.hpp"

namespace millrace::bus {

struct CaseInsensitive {
  bool operator()(const std::string& a, const std::string& b) const {
    return std::ranges::lexicographical_compare(a, b, {}, lower, lower);
  }
};
using Names = std::set<std::string, CaseInsensitive>;

/// What is wrong goes into the place's problems; `taken` are the names that stand beside it.
QueueDefinition read_queue(const JsonPlace& place, Names& taken);
TopicDefinition read_topic(const JsonPlace& place, Names& taken);
/// An empty list of rules means the default rule, unless it may mean none.
SubscriptionDefinition read_subscription(const JsonPlace& place, Names& taken, bool rules_may_be_none);

/// A list of `{"KeyName", "PrimaryKey", "SecondaryKey", "Rights": []}`.
std::vector<AccessRule> read_access_rules(const JsonPlace& place);

}  // namespace millrace::bus
