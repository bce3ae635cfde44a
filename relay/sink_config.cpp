#include "relay/sink_config.hpp"

#include <fmt/format.h>

namespace millrace::relay {

void must_exist(Config& config, std::string_view key, const std::filesystem::path& file) {
  std::error_code ignored;
  if (!file.empty() && !std::filesystem::exists(file, ignored)) {
    config.complain(key, fmt::format("{} does not exist, or may not be read", file.string()));
  }
}

SinkConfig SinkConfig::read(Config& config) {
  const auto kind = config.text("sink", "servicebus");
  if (kind == "amqp") return read_amqp(config);
  if (kind != "servicebus") config.complain("sink", "must be servicebus or amqp");
  return read_servicebus(config);
}

std::shared_ptr<servicebus::Credential> SinkConfig::credential(const Clock& clock) const {
  if (!is_service_bus) return nullptr;
  if (entra) return servicebus::entra_credential(*entra, clock);
  if (!sas_token_file.empty()) return servicebus::sas_token_credential(sas_token_file, clock);
  return servicebus::key_credential(connection_string_file, clock);
}

}  // namespace millrace::relay
