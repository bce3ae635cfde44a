// What relay.toml says.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "core/base/result.hpp"
#include "core/delivery/receiver.hpp"
#include "core/mqtt/client.hpp"
#include "relay/sink_config.hpp"

namespace millrace::relay {

struct RelayConfig {
  std::string name;                 ///< of this relay; part of its state topic
  std::filesystem::path data_dir;   ///< holds relay.db
  std::filesystem::path boxes_dir;  ///< one file for each box, see intake/trust.hpp
  std::string log_level;

  struct Broker {
    std::string host;
    uint16_t port = 0;
    std::optional<mqtt::Tls> tls;
  };
  std::vector<Broker> brokers;

  SinkConfig sink;

  struct Http {
    std::string address;
    uint16_t port = 0;
  } http;

  delivery::ReceiverLimits limits;

  /// Errors: not_found, io, invalid_input with every problem, one "file:line: what" per line.
  static Result<RelayConfig> load(const std::filesystem::path& file);
};

}  // namespace millrace::relay
