// The configuration file of millrace-bus.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "core/base/result.hpp"
#include "core/net/tls.hpp"
#include "emulator/broker/definition.hpp"
#include "emulator/faults/faults_json.hpp"

namespace millrace::bus {

struct Address {
  std::string host = "127.0.0.1";
  uint16_t port = 0;  ///< 0 takes a free port
};

struct BusConfig {
  std::filesystem::path data_dir;  ///< empty: everything is in memory only
  std::string log_level;
  /// Each port speaks AMQP and HTTP, plain and, with an identity, over TLS; AMQP also inside WebSockets.
  Address amqp;
  Address http;
  std::optional<net::Identity> tls;
  Definitions entities;
  std::vector<AccessRule>
      access;  ///< none: everybody may do everything, and only this machine is listened to
  std::vector<FaultOrder> faults;

  /// Reads bus.toml and the file of entities it names. Errors: invalid_input with every problem of both, one
  /// a line, each with file and place.
  static Result<BusConfig> load(const std::filesystem::path& file);
};

}  // namespace millrace::bus
