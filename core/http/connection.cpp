#include "core/http/connection.hpp"

#include <boost/asio/detached.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/ssl.hpp>
#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>

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

void add_headers(bhttp::fields& head, const Response& response) {
  for (const auto& [name, value] : kSecurityHeaders) head.set(name, value);
  bool cache = false;
  for (const auto& [name, value] : response.headers) {
    head.insert(name, value);
    cache = cache || name == "Cache-Control";
  }
  // What the API says is about one person at one moment.
  if (!cache) head.set("Cache-Control", "no-store");
  if (!response.content_type.empty()) head.set("Content-Type", response.content_type);
}

template <class Stream>
class Events final : public EventSink {
 public:
  Events(Stream& stream, std::chrono::milliseconds write_time) : stream_(stream), write_time_(write_time) {}

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
    error_code failed;
    beast::get_lowest_layer(stream_).expires_after(write_time_);
    co_await asio::async_write(stream_, asio::buffer(text),
                               asio::redirect_error(asio::use_awaitable, failed));
    beast::get_lowest_layer(stream_).expires_never();
    co_return !failed;
  }
  Stream& stream_;
  std::chrono::milliseconds write_time_;
};

/// Serves one connection after its handshake.
template <class Stream>
class Conversation {
 public:
  Conversation(Stream& stream, const Router& router, const Limits& limits, std::string peer, bool secure)
      : stream_(stream), router_(router), limits_(limits), peer_(std::move(peer)), secure_(secure) {}

  asio::awaitable<void> run() {
    while (co_await one_request()) {
    }
  }

 private:
  void expires_after(std::chrono::milliseconds time) { beast::get_lowest_layer(stream_).expires_after(time); }

  /// False when the connection is to close.
  asio::awaitable<bool> one_request() {
    error_code failed;
    if (buffer_.size() == 0) {  // idle between requests; the header's clock starts with its first byte
      expires_after(limits_.idle_time);
      const auto count = co_await stream_.async_read_some(buffer_.prepare(4096),
                                                          asio::redirect_error(asio::use_awaitable, failed));
      if (failed) co_return false;
      buffer_.commit(count);
    }
    bhttp::request_parser<bhttp::string_body> parser;
    parser.header_limit(static_cast<std::uint32_t>(limits_.header_bytes));
    parser.body_limit(limits_.body_bytes);
    expires_after(limits_.header_time);
    co_await bhttp::async_read_header(stream_, buffer_, parser,
                                      asio::redirect_error(asio::use_awaitable, failed));
    if (failed) co_return co_await refuse(failed);
    expires_after(limits_.idle_time);
    if (beast::iequals(parser.get()[bhttp::field::expect], "100-continue")) {
      bhttp::response<bhttp::empty_body> go_on{bhttp::status::continue_, parser.get().version()};
      co_await bhttp::async_write(stream_, go_on, asio::redirect_error(asio::use_awaitable, failed));
      if (failed) co_return false;
    }
    co_await bhttp::async_read(stream_, buffer_, parser, asio::redirect_error(asio::use_awaitable, failed));
    if (failed) co_return co_await refuse(failed);

    auto message = parser.release();
    Request request;
    request.peer = peer_;
    request.secure = secure_;
    const bool keep_alive = message.keep_alive();
    const bool good = convert(message, request);
    beast::get_lowest_layer(stream_).expires_never();  // handlers bound themselves
    auto response = good ? co_await router_.handle(request)
                         : Response::problem(400, "bad-target", "The request's target is not a path.");
    if (response.events) {
      co_await stream_events(response);
      co_return false;
    }
    co_return co_await write(response, request.method == "HEAD", keep_alive);
  }

  asio::awaitable<bool> write(const Response& response, bool head_only, bool keep_alive) {
    bhttp::response<bhttp::string_body> message;
    message.result(response.status);
    message.version(11);
    add_headers(message, response);
    message.keep_alive(keep_alive);
    message.body() = response.body;
    if (response.status != 204 && response.status != 304) message.content_length(response.body.size());
    error_code failed;
    expires_after(limits_.idle_time);
    if (head_only) {
      bhttp::response_serializer<bhttp::string_body> serializer{message};
      co_await bhttp::async_write_header(stream_, serializer,
                                         asio::redirect_error(asio::use_awaitable, failed));
    } else {
      co_await bhttp::async_write(stream_, message, asio::redirect_error(asio::use_awaitable, failed));
    }
    co_return !failed && keep_alive;
  }

  asio::awaitable<void> stream_events(const Response& response) {
    bhttp::response<bhttp::empty_body> head{bhttp::status::ok, 11};
    add_headers(head, response);
    head.set("Content-Type", "text/event-stream");
    head.keep_alive(false);
    bhttp::response_serializer<bhttp::empty_body> serializer{head};
    error_code failed;
    expires_after(limits_.idle_time);
    co_await bhttp::async_write_header(stream_, serializer,
                                       asio::redirect_error(asio::use_awaitable, failed));
    beast::get_lowest_layer(stream_).expires_never();
    if (!failed) co_await response.events(std::make_shared<Events<Stream>>(stream_, limits_.idle_time));
  }

  /// Answers a request that could not be read, where an answer makes sense.
  asio::awaitable<bool> refuse(error_code why) {
    if (why == bhttp::error::body_limit) {
      co_await write(
          Response::problem(413, "too-large", "The request's body is larger than this box accepts."), false,
          false);
    } else if (why == bhttp::error::header_limit || why == bhttp::error::buffer_overflow) {
      co_await write(Response::problem(431, "header-too-large", "The request's header is too large."), false,
                     false);
    } else if (why == beast::error::timeout) {
      // The stream is closed by its timer; there is nobody to answer.
    } else if (why.category() == make_error_code(bhttp::error::bad_method).category() &&
               why != bhttp::error::end_of_stream && why != bhttp::error::partial_message) {
      co_await write(
          Response::problem(400, "malformed", "This is not an HTTP/1.1 request: " + why.message() + "."),
          false, false);
    }
    co_return false;
  }

  Stream& stream_;
  const Router& router_;
  const Limits& limits_;
  std::string peer_;
  bool secure_;
  beast::flat_buffer buffer_;
};

}  // namespace

asio::awaitable<void> serve_connection(asio::ip::tcp::socket socket, asio::ssl::context* tls,
                                       const Router& router, const Limits& limits,
                                       std::function<void(std::function<void()>)> on_open) {
  error_code failed;
  const auto remote = socket.remote_endpoint(failed);
  const auto peer = failed ? std::string() : remote.address().to_string();
  socket.set_option(asio::ip::tcp::no_delay(true), failed);
  if (tls == nullptr) {
    beast::tcp_stream stream(std::move(socket));
    on_open([&stream] { stream.close(); });
    co_await Conversation<beast::tcp_stream>(stream, router, limits, peer, false).run();
    stream.socket().shutdown(asio::ip::tcp::socket::shutdown_send, failed);
    co_return;
  }
  beast::ssl_stream<beast::tcp_stream> stream(std::move(socket), *tls);
  on_open([&stream] { beast::get_lowest_layer(stream).close(); });
  beast::get_lowest_layer(stream).expires_after(limits.header_time);
  co_await stream.async_handshake(asio::ssl::stream_base::server,
                                  asio::redirect_error(asio::use_awaitable, failed));
  if (failed) co_return;
  co_await Conversation<beast::ssl_stream<beast::tcp_stream>>(stream, router, limits, peer, true).run();
  beast::get_lowest_layer(stream).expires_after(limits.header_time);
  co_await stream.async_shutdown(asio::redirect_error(asio::use_awaitable, failed));
}

}  // namespace millrace::http
