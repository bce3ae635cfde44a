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

}  // namespace

Result<std::string> decide(const Box& box, const delivery::RecordPlace& place, const std::string& action,
                           const std::string& reason) {
  bj::object order;
  order["reason"] = reason;
  // The kernel says that it is root; sudo says who that is.
  if (const char* who = std::getenv("SUDO_USER"); who != nullptr && *who != 0)
    order["for"] = std::string(who).substr(0, kMostNameBytes);
  bhttp::request<bhttp::string_body> request(
      bhttp::verb::post,
      fmt::format("/admin/v1/parked/{}/{}/{}", place.stream_id.string(), place.sequence, action), 11);
  request.set(bhttp::field::host, "millrace-edge");
  request.set(bhttp::field::content_type, "application/json");
  request.body() = bj::serialize(order);
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
    return fail(
        ErrorKind::unavailable,
        fmt::format("the box gave no answer ({}): look with `millrace parked show` whether it was done",
                    failed.message()));
  }
  boost::system::error_code wrong;
  const auto body = bj::parse(response.body(), wrong);
  switch (response.result_int()) {
    case 200:
      return fmt::format("recorded again as {}/{}; it goes out now", member(body, "stream_id"),
                         member(body, "sequence"));
    case 204:
      return std::string("given up; its row and its data stay until they are pruned");
    default:
      return fail(ErrorKind::conflict, member(body, "detail"));
  }
}

}  // namespace millrace::cli
