#include "cli/admin_client.hpp"

#include <cstdlib>

#include <fmt/format.h>
#include <boost/asio/io_context.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <boost/json.hpp>

namespace millrace::cli {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace bhttp = beast::http;
namespace bj = boost::json;

namespace {

constexpr std::chrono::seconds kPatience{30};
constexpr size_t kMostNameBytes = 24;

Error cannot_connect(const Box& box, const boost::system::error_code& why) {
  if (why == boost::system::errc::permission_denied)
    return {ErrorKind::unauthorised, fmt::format("{}: you may not; use sudo", box.admin_socket().string())};
  return {ErrorKind::unavailable,
          fmt::format("{}: {}: the box must run for this (systemctl start millrace-edge)",
                      box.admin_socket().string(), why.message())};
}

std::string member(const bj::value& value, const char* name) {
  if (!value.is_object() || !value.get_object().contains(name)) return {};
  const auto& found = value.get_object().at(name);
  return found.is_string() ? std::string(found.get_string()) : bj::serialize(found);
}

struct BoxAnswer {
  unsigned status = 0;
  std::string text;
  bj::value json;

  Error refusal() const { return {ErrorKind::conflict, member(json, "detail")}; }
};

/// The kernel says that it is root; sudo says who that is.
bj::object for_whom() {
  bj::object body;
  if (const char* who = std::getenv("SUDO_USER"); who != nullptr && *who != 0)
    body["for"] = std::string(who).substr(0, kMostNameBytes);
  return body;
}

/// `when_silent`: what to do when the box may have acted and gave no answer.
Result<BoxAnswer> ask(const Box& box, bhttp::verb method, const std::string& path, const std::string& body,
                      const std::string& when_silent) {
  bhttp::request<bhttp::string_body> request(method, path, 11);
  request.set(bhttp::field::host, "millrace-edge");
  if (!body.empty()) request.set(bhttp::field::content_type, "application/json");
  request.body() = body;
  request.prepare_payload();

  asio::io_context loop;
  beast::basic_stream<asio::local::stream_protocol> stream(loop);
  boost::system::error_code failed;
  stream.socket().connect(box.admin_socket().string(), failed);
  if (failed) return std::unexpected(cannot_connect(box, failed));
  beast::flat_buffer buffer;
  bhttp::response<bhttp::string_body> response;
  stream.expires_after(kPatience);
  bhttp::async_write(stream, request, [&](boost::system::error_code written, size_t) {
    failed = written;
    if (failed) return;
    bhttp::async_read(stream, buffer, response,
                      [&](boost::system::error_code read, size_t) { failed = read; });
  });
  loop.run();
  if (failed) {
    return fail(ErrorKind::unavailable,
                fmt::format("the box gave no answer ({}): {}", failed.message(), when_silent));
  }
  boost::system::error_code no_json;
  BoxAnswer answer{response.result_int(), response.body(), {}};
  answer.json = bj::parse(answer.text, no_json);
  return answer;
}

}  // namespace

Result<std::string> ask_status(const Box& box) {
  const auto answer = ask(box, bhttp::verb::get, "/admin/v1/box", {}, "ask again");
  if (!answer) return std::unexpected(answer.error());
  if (answer->status != 200) return std::unexpected(answer->refusal());
  return answer->text;
}

Result<std::string> decide(const Box& box, const delivery::RecordPlace& place, const std::string& action,
                           const std::string& reason) {
  auto order = for_whom();
  order["reason"] = reason;
  const auto path =
      fmt::format("/admin/v1/parked/{}/{}/{}", place.stream_id.string(), place.sequence, action);
  const auto answer = ask(box, bhttp::verb::post, path, bj::serialize(order),
                          "look with `millrace parked show` whether it was done");
  if (!answer) return std::unexpected(answer.error());
  switch (answer->status) {
    case 200:
      return fmt::format("recorded again as {}/{}; it goes out now", member(answer->json, "stream_id"),
                         member(answer->json, "sequence"));
    case 204:
      return std::string("given up; its row and its data stay until they are pruned");
    default:
      return std::unexpected(answer->refusal());
  }
}

Result<std::string> open_console(const Box& box) {
  const auto answer = ask(box, bhttp::verb::post, "/admin/v1/passes", bj::serialize(for_whom()), "ask again");
  if (!answer) return std::unexpected(answer.error());
  if (answer->status != 201) return std::unexpected(answer->refusal());
  std::string text;
  for (const auto& address : answer->json.at("addresses").as_array()) {
    text += fmt::format("{}#{}\n", std::string(address.as_string()), member(answer->json, "code"));
  }
  return text;
}

}  // namespace millrace::cli
