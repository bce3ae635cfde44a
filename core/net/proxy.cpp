#include "core/net/proxy.hpp"

#include <charconv>

#include <fmt/format.h>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/parser.hpp>

#include "core/base/files.hpp"

namespace millrace::net {
namespace {

namespace asio = boost::asio;
namespace bhttp = boost::beast::http;
using boost::system::error_code;

constexpr size_t kMostAnswerBytes = 16 * 1024;
constexpr std::string_view kScheme = "http://";

Result<> judge(const bhttp::response<bhttp::empty_body>& answer, const Proxy& proxy,
               const std::string& target) {
  constexpr unsigned kForbidden = 403;
  constexpr unsigned kWantsCredentials = 407;
  constexpr unsigned kWrongCredentials = 401;  // of some proxies, tinyproxy among them
  const auto status = answer.result_int();
  if (status >= 200 && status < 300) return {};
  const auto name = fmt::format("proxy {}:{}", proxy.host, proxy.port);
  if (status == kWantsCredentials || status == kWrongCredentials) {
    const auto scheme = answer[bhttp::field::proxy_authenticate];
    return fail(
        ErrorKind::unauthorised,
        fmt::format(
            "{} wants a user and a password that it knows, and answered {} {}. Millrace speaks Basic.", name,
            status, std::string_view(scheme.data(), scheme.size())));
  }
  if (status == kForbidden) {
    return fail(ErrorKind::unauthorised,
                fmt::format("{} does not allow {}: ask those who run it to", name, target));
  }
  return fail(ErrorKind::unavailable, fmt::format("{} answered {} for {}", name, status, target));
}

/// Without the line's end.
Result<std::string> password_of(const Proxy& proxy) {
  constexpr size_t kMostPasswordBytes = 4096;
  if (proxy.password_file.empty()) return {};
  auto text = read_file(proxy.password_file, kMostPasswordBytes);
  if (!text) return fail(ErrorKind::invalid_input, text.error().message);
  text->erase(text->find_last_not_of(" \t\r\n") + 1);
  return text;
}

}  // namespace

Result<Proxy> Proxy::parse(std::string_view url) {
  const auto bad = [&] {
    return fail(ErrorKind::invalid_input,
                fmt::format("'{}' is no proxy: it looks like http://HOST:PORT", url));
  };
  auto authority = url;
  if (!authority.starts_with(kScheme)) return bad();
  authority.remove_prefix(kScheme.size());
  if (authority.ends_with('/')) authority.remove_suffix(1);
  const auto colon = authority.rfind(':');
  if (colon == std::string_view::npos || colon == 0) return bad();
  auto host = authority.substr(0, colon);
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  // A password has its own file: URLs end up in logs.
  if (host.empty() || host.find_first_of("@/?# []") != std::string_view::npos) return bad();
  Proxy out;
  out.host = host;
  const auto digits = authority.substr(colon + 1);
  const auto* const end = digits.data() + digits.size();
  const auto [rest, failed] = std::from_chars(digits.data(), end, out.port);
  if (failed != std::errc{} || rest != end || out.port == 0) return bad();
  return out;
}

asio::awaitable<Result<>> connect_through(Wire& wire, const Proxy& proxy, std::string target) {
  auto request = fmt::format("CONNECT {0} HTTP/1.1\r\nHost: {0}\r\n", target);
  if (!proxy.user.empty()) {
    auto password = password_of(proxy);
    if (!password) co_return std::unexpected(password.error());
    const auto credentials = base64(as_bytes(fmt::format("{}:{}", proxy.user, *password)));
    request += fmt::format("Proxy-Authorization: Basic {}\r\n", credentials);
  }
  request += "\r\n";
  error_code failed;
  co_await wire.write(asio::buffer(request), failed);
  bhttp::response_parser<bhttp::empty_body> parser;
  parser.skip(true);
  Bytes answer;
  while (!failed && !parser.is_header_done()) {
    // Nothing of the target's can come with it: in TLS the client speaks first.
    const auto had = answer.size();
    answer.resize(kMostAnswerBytes);
    const auto count = co_await wire.read(asio::buffer(answer) + had, failed);
    answer.resize(had + count);
    if (failed) break;
    parser.put(asio::buffer(answer), failed);
    if (failed == bhttp::error::need_more && answer.size() < kMostAnswerBytes) failed = {};
  }
  if (failed) {
    co_return fail(ErrorKind::unavailable, fmt::format("proxy {}:{}: no answer to CONNECT: {}", proxy.host,
                                                       proxy.port, failed.message()));
  }
  co_return judge(parser.get(), proxy, target);
}

}  // namespace millrace::net
