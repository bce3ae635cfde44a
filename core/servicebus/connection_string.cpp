#include "core/servicebus/connection_string.hpp"

#include <charconv>

#include <fmt/format.h>

namespace millrace::servicebus {
namespace {

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

std::string_view trim(std::string_view text) {
  constexpr std::string_view kSpace = " \t\r\n";
  const auto first = text.find_first_not_of(kSpace);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kSpace) - first + 1);
}

Result<> read_port(std::string_view digits, ConnectionString& out) {
  const auto* const end = digits.data() + digits.size();
  const auto [rest, failed] = std::from_chars(digits.data(), end, out.port);
  if (failed != std::errc{} || rest != end || out.port == 0)
    return bad("Endpoint has a port that is not a number from 1 to 65535");
  return {};
}

/// sb://host[:port][/…], where the host may be an IPv6 address in brackets.
Result<> read_endpoint(std::string_view value, ConnectionString& out) {
  constexpr std::string_view kScheme = "sb://";
  if (lower(value.substr(0, kScheme.size())) != kScheme) return bad("Endpoint must begin with sb://");
  out.endpoint = value;
  if (!out.endpoint.ends_with('/')) out.endpoint += '/';
  auto authority = value.substr(kScheme.size());
  authority = authority.substr(0, authority.find('/'));
  std::string_view port;
  if (authority.starts_with('[')) {
    const auto close = authority.find(']');
    if (close == std::string_view::npos) return bad("Endpoint has a '[' without a ']'");
    out.host = authority.substr(1, close - 1);
    port = authority.substr(close + 1);
  } else {
    out.host = authority.substr(0, authority.find(':'));
    port = authority.substr(out.host.size());
  }
  if (out.host.empty() || out.host.find_first_of(" @?#") != std::string::npos)
    return bad("Endpoint has no host, or one that is no host's name");
  if (port.empty()) return {};
  if (!port.starts_with(':')) return bad("Endpoint has something between host and port");
  return read_port(port.substr(1), out);
}

/// One `name=value`; `at` counts from 1. Whatever is not understood may be part of a key: it is not repeated.
Result<> read_part(std::string_view part, int at, ConnectionString& out) {
  const auto equals = part.find('=');
  if (equals == std::string_view::npos) return bad(fmt::format("part {} has no '='", at));
  const auto name = lower(trim(part.substr(0, equals)));
  const auto value = trim(part.substr(equals + 1));  // keys end in '='
  if (name == "entitypath") return {};               // the relay knows its entities
  if (name == "usedevelopmentemulator") {
    const auto flag = lower(value);
    if (flag != "true" && flag != "false") return bad("UseDevelopmentEmulator must be true or false");
    out.development_emulator = flag == "true";
    return {};
  }
  if (name == "sharedaccesssignature")
    return bad("SharedAccessSignature is a token that lapses; a key is needed");
  const bool is_endpoint = name == "endpoint";
  const bool is_key_name = name == "sharedaccesskeyname";
  if (!is_endpoint && !is_key_name && name != "sharedaccesskey")
    return bad(fmt::format("part {} has an unknown name", at));
  auto& to = is_endpoint ? out.endpoint : is_key_name ? out.key_name : out.key;
  if (!to.empty()) return bad(fmt::format("part {} says again what was said before", at));
  if (is_endpoint) return read_endpoint(value, out);
  to = value;
  return {};
}

}  // namespace

Result<ConnectionString> ConnectionString::parse(std::string_view text) {
  ConnectionString out;
  for (int at = 1; !text.empty(); ++at) {
    const auto end = text.find(';');
    const auto part = trim(text.substr(0, end));
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    if (part.empty()) continue;
    if (auto good = read_part(part, at, out); !good) return std::unexpected(good.error());
  }
  if (out.host.empty()) return bad("Endpoint is missing");
  if (out.key_name.empty()) return bad("SharedAccessKeyName is missing");
  if (out.key.empty()) return bad("SharedAccessKey is missing");
  return out;
}

}  // namespace millrace::servicebus
