#include "tests/edge/support/http_client.hpp"

#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>
#include <boost/json/parse.hpp>

namespace millrace::edge::test {

namespace asio = boost::asio;

namespace {

std::string talk(uint16_t port, const std::string& bytes) {
  asio::io_context loop;
  asio::ip::tcp::socket socket(loop);
  boost::system::error_code failed;
  socket.connect({asio::ip::address_v4::loopback(), port}, failed);
  if (failed) return {};
  asio::write(socket, asio::buffer(bytes), failed);
  std::string answer;
  asio::read(socket, asio::dynamic_buffer(answer), failed);
  return answer;
}

Answer parse(const std::string& text) {
  Answer answer;
  const auto head_end = text.find("\r\n\r\n");
  if (!text.starts_with("HTTP/1.1 ") || head_end == std::string::npos) return answer;
  answer.status = static_cast<unsigned>(std::stoul(text.substr(9, 3)));
  size_t at = text.find("\r\n") + 2;
  while (at < head_end) {
    const auto end = text.find("\r\n", at);
    const auto colon = text.find(':', at);
    auto name = text.substr(at, colon - at);
    for (auto& c : name) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    answer.headers[name] = text.substr(colon + 2, end - colon - 2);
    at = end + 2;
  }
  answer.body = text.substr(head_end + 4);
  return answer;
}

}  // namespace

std::string Answer::problem() const {
  const auto at = body.find("urn:millrace:problem:");
  if (at == std::string::npos) return {};
  const auto from = at + std::string("urn:millrace:problem:").size();
  return body.substr(from, body.find('"', from) - from);
}

Answer HttpClient::call(const std::string& method, const std::string& path, const std::string& body,
                        const Headers& more) {
  Headers headers{{"Host", "127.0.0.1:" + std::to_string(port_)}, {"Connection", "close"}};
  if (!body.empty()) headers["Content-Type"] = "application/json";
  if (!cookie_.empty()) headers["Cookie"] = cookie_;
  if (!csrf_.empty() && method != "GET") headers["X-Millrace-CSRF"] = csrf_;
  for (const auto& [name, value] : more) headers[name] = value;
  std::string request = method + " " + path + " HTTP/1.1\r\n";
  for (const auto& [name, value] : headers) {
    if (!value.empty()) request += name + ": " + value + "\r\n";
  }
  if (!body.empty()) request += "Content-Length: " + std::to_string(body.size()) + "\r\n";
  return parse(talk(port_, request + "\r\n" + body));
}

std::string HttpClient::raw(const std::string& bytes) const {
  return talk(port_, bytes);
}

Answer HttpClient::sign_in(const std::string& badge, const std::string& pin, const std::string& kiosk) {
  badge_ = badge;
  return begin_session(R"("badge":")" + badge + R"(","pin":")" + pin + R"(","kiosk":")" + kiosk + R"(")");
}

Answer HttpClient::choose(const std::string& operator_id, const std::string& pin) {
  return begin_session(R"("operator_id":")" + operator_id + R"(","pin":")" + pin + R"(","kiosk":"k1")");
}

Answer HttpClient::begin_session(const std::string& members) {
  auto answer = call("POST", "/api/v1/session", "{" + members + "}");
  if (answer.status == 201) {
    const auto& cookie = answer.headers.at("set-cookie");
    cookie_ = cookie.substr(0, cookie.find(';'));
    csrf_ = std::string(boost::json::parse(answer.body).at("csrf").as_string());
  }
  return answer;
}

struct EventReader::Socket {
  asio::io_context loop;
  asio::ip::tcp::socket socket{loop};
};

EventReader::EventReader(const HttpClient& client, const std::string& path) : socket_(new Socket) {
  boost::system::error_code failed;
  socket_->socket.connect({asio::ip::address_v4::loopback(), client.port()}, failed);
  const auto request = "GET " + path + " HTTP/1.1\r\nHost: box\r\nCookie: " + client.cookie() + "\r\n\r\n";
  asio::write(socket_->socket, asio::buffer(request), failed);
  while (buffer_.find("\r\n\r\n") == std::string::npos && more()) {
  }
  status_ = parse(buffer_).status;
  buffer_.erase(0, buffer_.find("\r\n\r\n") + 4);
}

EventReader::~EventReader() {
  delete socket_;
}

bool EventReader::more() {
  char bytes[4096];
  boost::system::error_code failed;
  const auto count = socket_->socket.read_some(asio::buffer(bytes), failed);
  buffer_.append(bytes, count);
  return !failed;
}

std::string EventReader::next() {
  for (;;) {
    const auto end = buffer_.find("\n\n");
    if (end == std::string::npos) {
      if (!more()) return {};
      continue;
    }
    const auto event = buffer_.substr(0, end);
    buffer_.erase(0, end + 2);
    const auto data = event.find("data: ");
    if (data != std::string::npos) return event.substr(data + 6);
  }
}

}  // namespace millrace::edge::test
