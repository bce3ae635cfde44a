// The [servicebus] table of relay.toml: where the namespace is, how to get there, and what proves who we are.
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

struct ServiceBusConfig {
  net::Endpoint endpoint;
  std::string audience;  ///< sb://NAMESPACE/, what tokens are made for
  std::string events_topic;
  /// How far back the entities' duplicate detection reaches: the shortest of them.
  std::chrono::seconds duplicate_window{};

  // One of the three. Secrets stand in files of their own, never in the TOML.
  std::filesystem::path connection_string_file;
  std::filesystem::path sas_token_file;
  std::optional<servicebus::Entra> entra;

  /// Complains about everything that is wrong.
  static ServiceBusConfig read(Config& config);
  /// `clock` must outlive it.
  std::shared_ptr<servicebus::Credential> credential(const Clock& clock) const;
};

}  // namespace millrace::relay
