// Where records go, how to get there, and what proves who we are: the [servicebus] or the [amqp] table of
// relay.toml.
#pragma once

#include <chrono>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "core/base/config.hpp"
#include "core/net/dial.hpp"
#include "core/servicebus/credential.hpp"
#include "core/servicebus/entra.hpp"

namespace millrace::relay {

inline constexpr uint16_t kAmqpsPort = 5671;
inline constexpr uint16_t kAmqpPort = 5672;
inline constexpr int64_t kMostPort = 65'535;

struct SinkConfig {
  net::Endpoint endpoint;
  std::string events;  ///< the topic (or queue) that takes the events
  /// Stands before each entity's name.
  std::string address_prefix;
  /// How far back the entities' duplicate detection reaches: the shortest of them. Zero: there is none.
  std::chrono::seconds duplicate_window{};

  // Service Bus: one of the three. Secrets stand in files of their own, never in the TOML.
  std::string audience;  ///< sb://NAMESPACE/, what tokens are made for
  std::filesystem::path connection_string_file;
  std::filesystem::path sas_token_file;
  std::optional<servicebus::Entra> entra;

  // Another broker: a user, or the endpoint's certificate, or nobody.
  bool is_service_bus = true;
  std::string user;
  std::filesystem::path password_file;

  /// The table that `sink` names. Complains about everything that is wrong.
  static SinkConfig read(Config& config);
  /// Null where the broker takes no tokens. `clock` must outlive it.
  std::shared_ptr<servicebus::Credential> credential(const Clock& clock) const;
};

/// The two tables, for `read`.
SinkConfig read_servicebus(Config& config);
SinkConfig read_amqp(Config& config);

/// Complains about a file that is named and not there.
void must_exist(Config& config, std::string_view key, const std::filesystem::path& file);

}  // namespace millrace::relay
