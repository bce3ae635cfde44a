#include "core/servicebus/connection_string.hpp"

#include <charconv>

#include <fmt/format.h>

namespace millrace::servicebus {
namespace {

constexpr uint16_t kTlsPort = 5671;
constexpr uint16_t kPlainPort = 5672;

std::string lower(std::string_view text) {
  std::string out(text);
  for (auto& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + ('a' - 'A'));
  }
  return out;
}

std::unexpected<Error> bad(std::string_view why) {
  return fail(
      ErrorKind::invalid_input,
      fmt::format("connection string: {}. It looks like Endpoint=sb://NAMESPACE.servicebus.windows.net/;"
                  "SharedAccessKeyName=NAME;SharedAccessKey=KEY",
                  why));
}

Result<> read_endpoint(std::string_view value, ConnectionString& out) {
  constexpr std::string_view kScheme = "sb://";
  if (lower(value.substr(0, kScheme.size())) != kScheme) return bad("Endpoint must begin with sb://");
  out.endpoint = value;
  if (!out.endpoint.ends_with('/')) out.endpoint += '/';
  auto authority = value.substr(kScheme.size());
  authority = authority.substr(0, authority.find('/'));
  const auto colon = authority.rfind(':');
  if (colon == std::string_view::npos) {
    out.host = authority;
  } else {
    out.host = authority.substr(0, colon);
    const auto digits = authority.substr(colon + 1);
    const auto [end, failed] = std::from_chars(digits.data(), digits.data() + digits.size(), out.port);
    if (failed != std::errc{} || end != digits.data() + digits.size() || out.port == 0) {
      return bad("Endpoint has a port that is not a number from 1 to 65535");
    }
  }
  if (out.host.empty()) return bad("Endpoint has no host");
  return {};
}

}  // namespace

Result<ConnectionString> ConnectionString::parse(std::string_view text) {
  ConnectionString out;
  while (!text.empty()) {
    const auto end = text.find(';');
    auto part = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    if (part.empty()) continue;
    const auto equals = part.find('=');
    if (equals == std::string_view::npos) return bad("a part without '='");
    const auto name = lower(part.substr(0, equals));
    const auto value = part.substr(equals + 1);  // keys end in '='
    if (name == "endpoint") {
      if (auto good = read_endpoint(value, out); !good) return std::unexpected(good.error());
    } else if (name == "sharedaccesskeyname") {
      out.key_name = value;
    } else if (name == "sharedaccesskey") {
      out.key = value;
    } else if (name == "usedevelopmentemulator") {
      out.development_emulator = lower(value) == "true";
    } else if (name != "entitypath") {
      return bad("an unknown part '" + name + "'");
    }
  }
  if (out.host.empty()) return bad("Endpoint is missing");
  if (out.key_name.empty()) return bad("SharedAccessKeyName is missing");
  if (out.key.empty()) return bad("SharedAccessKey is missing");
  if (out.port == 0) out.port = out.development_emulator ? kPlainPort : kTlsPort;
  return out;
}

}  // namespace millrace::servicebus
