// The [amqp] table of relay.toml: any AMQP 1.0 broker, for plants without Azure.
#include "relay/sink_config.hpp"

namespace millrace::relay {
namespace {

bool is_this_machine(std::string_view host) {
  return host == "localhost" || host == "::1" || host.starts_with("127.");
}

void read_tls(Config& config, net::Endpoint& endpoint) {
  endpoint.tls = config.flag("amqp.tls", true);
  endpoint.ca_file = config.path("amqp.ca", false);
  net::Identity identity{config.path("amqp.certificate", false), config.path("amqp.key", false)};
  must_exist(config, "amqp.ca", endpoint.ca_file);
  must_exist(config, "amqp.certificate", identity.certificate);
  must_exist(config, "amqp.key", identity.key);
  if (identity.certificate.empty() != identity.key.empty()) {
    config.complain(identity.key.empty() ? "amqp.certificate" : "amqp.key",
                    "certificate and key belong together");
  }
  if (!endpoint.tls && (!endpoint.ca_file.empty() || !identity.certificate.empty())) {
    config.complain("amqp.tls", "must be true where there is a certificate");
  }
  if (!endpoint.tls && !is_this_machine(endpoint.host)) {
    config.complain("amqp.tls", "may be false only for a broker on this machine");
  }
  if (!identity.certificate.empty()) endpoint.identity = std::move(identity);
}

}  // namespace

SinkConfig read_amqp(Config& config) {
  SinkConfig out;
  out.is_service_bus = false;
  out.endpoint.host = config.text("amqp.host");
  read_tls(config, out.endpoint);
  const auto usual = out.endpoint.tls ? kAmqpsPort : kAmqpPort;
  out.endpoint.port = static_cast<uint16_t>(config.integer("amqp.port", usual, 1, kMostPort));
  out.user = config.text("amqp.user", "");
  out.password_file = config.path("amqp.password_file", false);
  must_exist(config, "amqp.password_file", out.password_file);
  if (out.user.empty() != out.password_file.empty()) {
    config.complain(out.user.empty() ? "amqp.password_file" : "amqp.user",
                    "user and password_file belong together");
  }
  if (!out.user.empty() && out.endpoint.identity) {
    config.complain("amqp.user", "there is a certificate already: the broker is told one of the two");
  }
  out.address_prefix = config.text("amqp.address_prefix", "");
  out.events = config.text("amqp.events", "millrace-events");
  if (out.events.empty()) config.complain("amqp.events", "must not be empty");
  return out;
}

}  // namespace millrace::relay
