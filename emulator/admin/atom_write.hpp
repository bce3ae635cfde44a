// Entities as the Atom feeds and entries that administration clients read.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "emulator/broker/definition.hpp"

namespace millrace::bus {

/// What an entity holds.
struct Counts {
  size_t active = 0;  ///< also deferred ones
  size_t dead_letters = 0;
  size_t scheduled = 0;
  size_t bytes = 0;
  size_t subscriptions = 0;
  WallTime accessed{};  ///< since the start of the bus
};

/// An entity with the address that names it, `https://HOST/PATH?api-version=…`.
struct AtomEntry {
  std::string address;
  std::string title;
  std::variant<QueueDefinition, TopicDefinition, SubscriptionDefinition, Rule> description;
  Counts counts;
};

std::string write_entry(const AtomEntry& entry);
/// `next` is where the rest is, when there is one.
std::string write_feed(const std::string& address, const std::vector<AtomEntry>& entries,
                       const std::optional<std::string>& next);
std::string write_namespace(const std::string& address, const std::string& name);
/// As the service words it; clients look for the SubCode.
std::string write_error(unsigned status, const std::string& detail);

}  // namespace millrace::bus
