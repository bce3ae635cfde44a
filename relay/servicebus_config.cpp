// The [servicebus] table of relay.toml.
#include "relay/sink_config.hpp"

#include <array>
#include <charconv>
#include <utility>

#include <fmt/format.h>

#include "core/servicebus/connection_string.hpp"

namespace millrace::relay {
namespace {

using servicebus::Entra;

constexpr uint16_t kWebSocketPort = 443;
// What Service Bus listens for (Azure's AMQP over WebSockets).
constexpr auto kWebSocketPath = "/$servicebus/websocket";
constexpr auto kWebSocketProtocol = "AMQPWSB10";
/// Service Bus: duplicate detection reaches back 20 seconds at least and 7 days at most.
constexpr int64_t kLeastDuplicateWindow = 20;
constexpr int64_t kMostDuplicateWindow = 7 * 24 * 3600;
constexpr std::chrono::seconds kUsualDuplicateWindow{600};

constexpr std::array<std::pair<std::string_view, Entra::Method>, 4> kMethods{{
    {"managed-identity", Entra::Method::managed_identity},
    {"azure-arc", Entra::Method::azure_arc},
    {"workload-identity", Entra::Method::workload_identity},
    {"client-secret", Entra::Method::client_secret},
}};

/// HOST:PORT, or HOST.
bool read_address(std::string_view text, net::Endpoint& out) {
  const bool bracketed = text.starts_with('[');
  const auto host_end = bracketed ? text.find(']') : text.find(':');
  const auto host = bracketed ? text.substr(1, host_end - 1) : text.substr(0, host_end);
  auto port =
      host_end == std::string_view::npos ? std::string_view() : text.substr(host_end + (bracketed ? 1 : 0));
  if (host.empty() || (bracketed && host_end == std::string_view::npos) ||
      host.find_first_of("/@ ") != std::string_view::npos) {
    return false;
  }
  out.address = host;
  if (port.empty()) return true;
  const auto* const end = port.data() + port.size();
  const auto [rest, failed] = std::from_chars(port.data() + 1, end, out.address_port);
  return port.front() == ':' && failed == std::errc{} && rest == end && out.address_port != 0;
}

/// The namespace's name and port, from the connection string or by itself.
void read_namespace(Config& config, SinkConfig& out) {
  const auto name = config.text("servicebus.namespace", "");
  out.connection_string_file = config.path("servicebus.connection_string_file", false);
  if (out.connection_string_file.empty()) {
    if (name.empty()) {
      config.complain("servicebus",
                      "needs connection_string_file, or namespace with entra or sas_token_file");
    } else if (name.find_first_of("/:@ ") != std::string::npos) {
      config.complain("servicebus.namespace", "is a host's name, such as plant.servicebus.windows.net");
    }
    out.endpoint.host = name;
    out.audience = fmt::format("sb://{}/", name);
    return;
  }
  if (!name.empty()) config.complain("servicebus.namespace", "is in the connection string already");
  const auto text = servicebus::read_secret(out.connection_string_file);
  if (!text) return config.complain("servicebus.connection_string_file", text.error().message);
  const auto connection = servicebus::ConnectionString::parse(*text);
  if (!connection) {
    return config.complain(
        "servicebus.connection_string_file",
        fmt::format("{}: {}", out.connection_string_file.string(), connection.error().message));
  }
  out.endpoint.host = connection->host;
  out.endpoint.port = connection->port;
  out.endpoint.tls = !connection->development_emulator;
  out.audience = connection->endpoint;
}

void read_proxy(Config& config, SinkConfig& out) {
  const auto url = config.text("servicebus.proxy", "");
  const auto user = config.text("servicebus.proxy_user", "");
  const auto password = config.path("servicebus.proxy_password_file", false);
  if (url.empty()) {
    if (!user.empty()) config.complain("servicebus.proxy_user", "needs proxy");
    if (!password.empty()) config.complain("servicebus.proxy_password_file", "needs proxy");
    return;
  }
  auto proxy = net::Proxy::parse(url);
  if (!proxy) return config.complain("servicebus.proxy", proxy.error().message);
  proxy->user = user;
  if (user.empty() != password.empty()) {
    config.complain(user.empty() ? "servicebus.proxy_password_file" : "servicebus.proxy_user",
                    "proxy_user and proxy_password_file belong together");
  }
  // A colon would end the name in Basic authentication (RFC 7617).
  if (user.contains(':')) config.complain("servicebus.proxy_user", "must not hold a colon");
  if (!password.empty()) {
    // Looked at here so that it is known at the start; read anew at each dial.
    const auto secret = servicebus::read_secret(password);
    if (!secret) return config.complain("servicebus.proxy_password_file", secret.error().message);
    proxy->password_file = password;
  }
  out.endpoint.proxy = std::move(*proxy);
}

void read_way(Config& config, SinkConfig& out) {
  auto& endpoint = out.endpoint;
  const auto transport = config.text("servicebus.transport", "amqp");
  if (transport == "websocket") {
    endpoint.web_socket = {kWebSocketPath, kWebSocketProtocol};
  } else if (transport != "amqp") {
    config.complain("servicebus.transport", "must be amqp (port 5671) or websocket (port 443)");
  }
  if (endpoint.port == 0) {
    endpoint.port = !endpoint.tls ? kAmqpPort : endpoint.web_socket ? kWebSocketPort : kAmqpsPort;
  }
  const auto address = config.text("servicebus.address", "");
  if (!address.empty() && !read_address(address, endpoint)) {
    config.complain("servicebus.address", "is no address: it looks like 10.1.2.3:5671, or a host's name");
  }
  read_proxy(config, out);
  endpoint.ca_file = config.path("servicebus.ca", false);
  must_exist(config, "servicebus.ca", endpoint.ca_file);
}

void read_entra(Config& config, std::string_view method_name, SinkConfig& out) {
  Entra entra;
  const auto* const method =
      std::ranges::find(kMethods, method_name, [](const auto& named) { return named.first; });
  if (method == kMethods.end()) {
    return config.complain("servicebus.entra",
                           "must be managed-identity, azure-arc, workload-identity or client-secret");
  }
  entra.method = method->second;
  const bool is_application =
      entra.method == Entra::Method::workload_identity || entra.method == Entra::Method::client_secret;
  entra.client_id =
      config.text("servicebus.client_id", is_application ? std::nullopt : std::optional(std::string()));
  entra.service = servicebus::usual_service(entra.method);
  if (is_application) {
    entra.tenant = config.text("servicebus.tenant");
    entra.secret_file = config.path("servicebus.secret_file");
  }
  const auto service = config.text("servicebus.token_service", "");
  if (!service.empty()) {
    auto url = http::parse_url(service);
    if (!url) {
      config.complain("servicebus.token_service", url.error().message);
    } else if (is_application && !url->server.tls) {
      config.complain("servicebus.token_service", "must be https: a secret is sent to it");
    } else {
      entra.service = std::move(*url);
    }
  }
  entra.ca_file = out.endpoint.ca_file;
  entra.proxy = out.endpoint.proxy;
  out.entra = std::move(entra);
}

void read_proof(Config& config, SinkConfig& out) {
  out.sas_token_file = config.path("servicebus.sas_token_file", false);
  must_exist(config, "servicebus.sas_token_file", out.sas_token_file);
  const auto method = config.text("servicebus.entra", "");
  const int proofs = static_cast<int>(!out.connection_string_file.empty()) +
                     static_cast<int>(!out.sas_token_file.empty()) + static_cast<int>(!method.empty());
  if (proofs > 1) {
    config.complain("servicebus", "has more than one of connection_string_file, sas_token_file and entra");
  }
  if (proofs == 0 && !out.endpoint.host.empty()) {
    config.complain("servicebus.namespace", "needs entra or sas_token_file beside it");
  }
  if (!method.empty()) read_entra(config, method, out);
}

}  // namespace

SinkConfig read_servicebus(Config& config) {
  SinkConfig out;
  read_namespace(config, out);
  read_way(config, out);
  read_proof(config, out);
  out.events = config.text("servicebus.events_topic", "millrace-events");
  if (out.events.empty()) config.complain("servicebus.events_topic", "must not be empty");
  out.duplicate_window =
      std::chrono::seconds{config.integer("servicebus.duplicate_window_s", kUsualDuplicateWindow.count(),
                                          kLeastDuplicateWindow, kMostDuplicateWindow)};
  return out;
}

}  // namespace millrace::relay
