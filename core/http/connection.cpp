#include "core/http/connection.hpp"

#include <fmt/format.h>
#include <boost/beast/core/string.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/rfc7230.hpp>
#include <boost/beast/http/status.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>

#include "core/net/deadline.hpp"

namespace millrace::http {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace bhttp = beast::http;
using boost::system::error_code;

/// On every response. Scripts and styles only from the box itself, nothing inline, never inside a frame.
constexpr std::pair<const char*, const char*> kSecurityHeaders[] = {
    {"Content-Security-Policy",
     "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
     "connect-src 'self'; media-src 'self'; manifest-src 'self'; worker-src 'self'; base-uri 'none'; "
     "form-action 'none'; frame-ancestors 'none'"},
    {"X-Content-Type-Options", "nosniff"},
    {"Referrer-Policy", "no-referrer"},
    {"Cross-Origin-Opener-Policy", "same-origin"},
    {"Cross-Origin-Resource-Policy", "same-origin"},
};

std::string lower(std::string_view text) {
  std::string out(text);
  for (auto& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + ('a' - 'A'));
  }
  return out;
}

void read_cookies(std::string_view header, Request& request) {
  while (!header.empty()) {
    const auto end = header.find(';');
    auto pair = header.substr(0, end);
    while (pair.starts_with(' ')) pair.remove_prefix(1);
    const auto equals = pair.find('=');
    if (equals != std::string_view::npos) {
      request.cookies.emplace(std::string(pair.substr(0, equals)), std::string(pair.substr(equals + 1)));
    }
    if (end == std::string_view::npos) break;
    header.remove_prefix(end + 1);
  }
}

/// False when the target is not an origin-form path.
bool read_target(std::string_view target, Request& request) {
  const auto url = boost::urls::parse_origin_form(target);
  if (url.has_error()) return false;
  const auto path = url->path();
  request.path.assign(path.data(), path.size());
  if (request.path.find('\0') != std::string::npos) return false;
  for (const auto& param : url->params()) request.query[std::string(param.key)] = std::string(param.value);
  return true;
}

bool convert(bhttp::request<bhttp::string_body>& from, Request& to) {
  to.method = std::string(from.method_string());
  for (const auto& field : from) {
    auto name = lower(std::string_view(field.name_string().data(), field.name_string().size()));
    const std::string_view value(field.value().data(), field.value().size());
    auto [at, fresh] = to.headers.emplace(std::move(name), value);
    if (!fresh) at->second.append(", ").append(value);
  }
  read_cookies(to.header("cookie"), to);
  to.body = std::move(from.body());
  return read_target(std::string_view(from.target().data(), from.target().size()), to);
}

std::string head_of(const Response& response, std::optional<size_t> length, bool keep_alive) {
  auto out = fmt::format("HTTP/1.1 {} {}\r\n", response.status,
                         std::string_view(bhttp::obsolete_reason(bhttp::int_to_status(response.status))));
  const auto add = [&](std::string_view name, std::string_view value) {
    out.append(name).append(": ").append(value).append("\r\n");
  };
  for (const auto& [name, value] : kSecurityHeaders) add(name, value);
  bool cache = false;
  for (const auto& [name, value] : response.headers) {
    add(name, value);
    cache = cache || name == "Cache-Control";
  }
  // What the API says is about one person at one moment.
  if (!cache) add("Cache-Control", "no-store");
  if (!response.content_type.empty()) add("Content-Type", response.content_type);
  if (!keep_alive) add("Connection", "close");
  if (length && response.status != 204 && response.status != 304)
    add("Content-Length", std::to_string(*length));
  return out + "\r\n";
}

/// A wire with a time limit for each thing done on it.
class TimedWire {
 public:
  explicit TimedWire(net::Wire& wire) : wire_(wire), deadline_(wire) {}
  /// Handlers bound themselves.
  void expires_never() { deadline_.expires_never(); }
  void expires_after(std::chrono::milliseconds time) { deadline_.expires_after(time); }

  /// False when the stream has ended.
  asio::awaitable<bool> write(std::string_view text) {
    error_code failed;
    co_await wire_.write(asio::buffer(text), failed);
    co_return !failed;
  }
  /// Appends what comes next. False when the stream has ended.
  asio::awaitable<bool> read(std::string& to) {
    constexpr size_t kMostBytesPerRead = 16 * 1024;
    const auto had = to.size();
    to.resize(had + kMostBytesPerRead);
    error_code failed;
    const auto count = co_await wire_.read(asio::buffer(to) + had, failed);
    to.resize(had + count);
    co_return !failed;
  }

 private:
  net::Wire& wire_;
  net::Deadline deadline_;
};

class Events final : public EventSink {
 public:
  Events(TimedWire& wire, std::chrono::milliseconds write_time) : wire_(wire), write_time_(write_time) {}

  asio::awaitable<bool> send(std::string event, std::string data) override {
    std::string text = "event: " + event + "\n";
    size_t from = 0;
    for (;;) {
      const auto end = data.find('\n', from);
      text += "data: " + data.substr(from, end - from) + "\n";
      if (end == std::string::npos) break;
      from = end + 1;
    }
    co_return co_await write(text + "\n");
  }

  asio::awaitable<bool> keep_alive() override { co_return co_await write(": still here\n\n"); }

 private:
  asio::awaitable<bool> write(std::string text) {
    wire_.expires_after(write_time_);
    const bool written = co_await wire_.write(text);
    wire_.expires_never();
    co_return written;
  }
  TimedWire& wire_;
  std::chrono::milliseconds write_time_;
};

class Conversation {
 public:
  Conversation(net::Wire& wire, const Router& router, const Limits& limits, Peer peer,
               const OtherProtocol* other)
      : wire_(wire), router_(router), limits_(limits), peer_(std::move(peer)), other_(other) {}

  asio::awaitable<Takeover> run() {
    if (other_ != nullptr && co_await is_other())
      co_return Takeover{Takeover::Kind::stream, std::move(input_)};
    while (co_await one_request()) {
    }
    co_return std::move(takeover_);
  }

 private:
  using Parser = bhttp::request_parser<bhttp::string_body>;

  /// Whether the connection begins with the other protocol's bytes.
  asio::awaitable<bool> is_other() {
    const auto& wanted = other_->first_bytes;
    wire_.expires_after(limits_.header_time);
    while (input_.size() < wanted.size() && wanted.starts_with(input_)) {
      if (!co_await wire_.read(input_)) co_return false;
    }
    co_return input_.starts_with(wanted);
  }

  /// Feeds the parser until `reached`. Otherwise an answer was given where one makes sense.
  template <class Reached>
  asio::awaitable<bool> parse(Parser& parser, std::string* consumed, Reached reached) {
    while (!reached()) {
      error_code failed;
      const auto used = parser.put(asio::buffer(input_), failed);
      if (consumed != nullptr) consumed->append(input_, 0, used);
      input_.erase(0, used);
      if (failed && failed != bhttp::error::need_more) {
        co_await refuse(failed);
        co_return false;
      }
      // The stream's end in mid-message leaves nobody to answer.
      if (!reached() && !co_await wire_.read(input_)) co_return false;
    }
    co_return true;
  }

  /// False when the connection is to close.
  asio::awaitable<bool> one_request() {
    if (input_.empty()) {  // idle between requests; the header's clock starts with its first byte
      wire_.expires_after(limits_.idle_time);
      if (!co_await wire_.read(input_)) co_return false;
    }
    Parser parser;
    parser.header_limit(static_cast<std::uint32_t>(limits_.header_bytes));
    parser.body_limit(limits_.body_bytes);
    wire_.expires_after(limits_.header_time);
    std::string head;
    if (!co_await parse(parser, &head, [&] { return parser.is_header_done(); })) co_return false;
    if (is_upgrade(parser.get())) {
      if (const auto refused = refuse_upgrade(parser.release())) {
        co_await write(*refused, false, false);
        co_return false;
      }
      takeover_ = {Takeover::Kind::web_socket, std::move(head)};
      co_return false;
    }
    wire_.expires_after(limits_.idle_time);
    if (beast::iequals(parser.get()[bhttp::field::expect], "100-continue") &&
        !co_await wire_.write("HTTP/1.1 100 Continue\r\n\r\n")) {
      co_return false;
    }
    parser.eager(true);
    if (!co_await parse(parser, nullptr, [&] { return parser.is_done(); })) co_return false;

    auto message = parser.release();
    Request request;
    request.peer = peer_.name;
    request.secure = peer_.secure;
    const bool keep_alive = message.keep_alive();
    const bool good = convert(message, request);
    wire_.expires_never();
    auto response = good ? co_await router_.handle(request)
                         : Response::problem(400, "bad-target", "The request's target is not a path.");
    wire_.expires_after(limits_.idle_time);
    if (response.events) {
      co_await stream_events(response);
      co_return false;
    }
    co_return co_await write(response, request.method == "HEAD", keep_alive);
  }

  bool is_upgrade(const bhttp::request<bhttp::string_body>& request) const {
    if (other_ == nullptr || request.target() != other_->web_socket.path) return false;
    const auto offered = request[bhttp::field::sec_websocket_protocol];
    return beast::iequals(request[bhttp::field::upgrade], "websocket") &&
           bhttp::token_list(offered).exists(other_->web_socket.subprotocol);
  }

  std::optional<Response> refuse_upgrade(bhttp::request<bhttp::string_body> message) const {
    if (!other_->refuse_web_socket) return {};
    Request request;
    request.peer = peer_.name;
    request.secure = peer_.secure;
    convert(message, request);
    return other_->refuse_web_socket(request);
  }

  asio::awaitable<bool> write(const Response& response, bool head_only, bool keep_alive) {
    auto text = head_of(response, response.body.size(), keep_alive);
    if (!head_only) text += response.body;
    co_return co_await wire_.write(text) && keep_alive;
  }

  asio::awaitable<void> stream_events(Response& response) {
    response.content_type = "text/event-stream";
    const bool written = co_await wire_.write(head_of(response, std::nullopt, false));
    wire_.expires_never();
    if (written) co_await response.events(std::make_shared<Events>(wire_, limits_.idle_time));
  }

  /// Answers a request that could not be read, where an answer makes sense.
  asio::awaitable<void> refuse(error_code why) {
    auto response =
        Response::problem(400, "malformed", "This is not an HTTP/1.1 request: " + why.message() + ".");
    if (why == bhttp::error::body_limit)
      response = Response::problem(413, "too-large", "The request's body is larger than this box accepts.");
    if (why == bhttp::error::header_limit || why == bhttp::error::buffer_overflow)
      response = Response::problem(431, "header-too-large", "The request's header is too large.");
    co_await write(response, false, false);
  }

  TimedWire wire_;
  const Router& router_;
  const Limits& limits_;
  Peer peer_;
  const OtherProtocol* other_;
  std::string input_;  // read, and not yet understood
  Takeover takeover_;
};

}  // namespace

asio::awaitable<Takeover> serve_connection(net::Wire& wire, const Router& router, const Limits& limits,
                                           Peer peer, const OtherProtocol* other) {
  Takeover takeover;
  {
    Conversation conversation(wire, router, limits, std::move(peer), other);
    takeover = co_await conversation.run();
  }
  if (takeover.kind != Takeover::Kind::none) co_return takeover;
  net::Deadline deadline(wire);
  deadline.expires_after(limits.header_time);
  co_await wire.finish();
  co_return takeover;
}

}  // namespace millrace::http
