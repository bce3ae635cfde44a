#include "core/http/client.hpp"

#include <fmt/format.h>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>

#include "core/net/deadline.hpp"

namespace millrace::http {
namespace {

namespace asio = boost::asio;
namespace bhttp = boost::beast::http;
using boost::system::error_code;

constexpr uint32_t kMostHeadBytes = 32 * 1024;
constexpr size_t kReadBytes = 16 * 1024;

std::string text_of(const Fetch& request) {
  const auto& server = request.server;
  const bool usual = server.port == (server.tls ? 443 : 80);
  auto out = fmt::format("{} {} HTTP/1.1\r\nHost: {}{}\r\nConnection: close\r\nContent-Length: {}\r\n",
                         request.method, request.target,
                         server.host.contains(':') ? fmt::format("[{}]", server.host) : server.host,
                         usual ? "" : fmt::format(":{}", server.port), request.body.size());
  for (const auto& [name, value] : request.headers) out += fmt::format("{}: {}\r\n", name, value);
  return out + "\r\n" + request.body;
}

Fetched convert(bhttp::response<bhttp::string_body> from) {
  Fetched to;
  to.status = from.result_int();
  for (const auto& field : from) {
    std::string name(field.name_string());
    for (auto& c : name) {
      if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + ('a' - 'A'));
    }
    to.headers.emplace(std::move(name), std::string(field.value()));
  }
  to.body = std::move(from.body());
  return to;
}

}  // namespace

asio::awaitable<Result<Fetched>> fetch(Fetch request) {
  auto wire = co_await net::dial(request.server);
  if (!wire) co_return std::unexpected(wire.error());
  net::Deadline deadline(**wire);
  deadline.expires_after(kFetchTime);
  error_code failed;
  const auto text = text_of(request);
  co_await (*wire)->write(asio::buffer(text), failed);
  bhttp::response_parser<bhttp::string_body> parser;
  parser.header_limit(kMostHeadBytes);
  parser.body_limit(kMostFetchedBytes);
  parser.eager(true);
  parser.skip(request.method == "HEAD");
  std::string input;
  while (!failed && !parser.is_done()) {
    const auto had = input.size();
    input.resize(had + kReadBytes);
    const auto count = co_await (*wire)->read(asio::buffer(input) + had, failed);
    input.resize(had + count);
    if (failed) {
      // An answer without a length ends with the stream.
      error_code torn;
      if (parser.is_header_done()) parser.put_eof(torn);
      if (parser.is_done() && !torn) failed = {};
      break;
    }
    input.erase(0, parser.put(asio::buffer(input), failed));
    if (failed == bhttp::error::need_more) failed = {};
  }
  if (failed) {
    co_return fail(ErrorKind::unavailable, fmt::format("{}:{}: no whole answer: {}", request.server.host,
                                                       request.server.port, failed.message()));
  }
  co_return convert(parser.release());
}

Result<Url> parse_url(std::string_view text) {
  const auto url = boost::urls::parse_uri({text.data(), text.size()});
  const auto scheme = url.has_error() ? std::string() : std::string(url->scheme());
  if ((scheme != "http" && scheme != "https") || url->host().empty() || url->has_userinfo() ||
      url->has_query() || url->has_fragment()) {
    return fail(ErrorKind::invalid_input,
                fmt::format("'{}' is no address: it looks like https://HOST/PATH", text));
  }
  Url out;
  out.server.tls = scheme == "https";
  const auto host = url->host_address();
  out.server.host.assign(host.data(), host.size());
  out.server.port = out.server.tls ? 443 : 80;
  if (url->has_port()) out.server.port = url->port_number();
  if (out.server.port == 0) return fail(ErrorKind::invalid_input, fmt::format("'{}' has no good port", text));
  out.path = std::string(url->encoded_path());
  if (out.path.empty()) out.path = "/";
  return out;
}

}  // namespace millrace::http
