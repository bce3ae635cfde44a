#include "emulator/print/follow.hpp"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <optional>
#include <set>
#include <vector>

#include <fmt/format.h>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "core/base/clock.hpp"
#include "core/http/client.hpp"

namespace millrace::bus {
namespace {

constexpr std::chrono::milliseconds kLookEvery{500};

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::string above;  // the entity, so that a message's line says where it is
  for (size_t at = 0; at < text.size();) {
    const auto end = std::min(text.find('\n', at), text.size());
    auto line = text.substr(at, end - at);
    at = end + 1;
    if (line.starts_with("    ")) {
      line = fmt::format("{}:{}", above, line.substr(3));
    } else {
      const auto from = line.find_first_not_of(' ');
      above = line.substr(from, line.find("  ", from) - from);
    }
    lines.push_back(std::move(line));
  }
  return lines;
}

void print_changes(const std::vector<std::string>& before, const std::vector<std::string>& now) {
  const std::set<std::string> old_lines(before.begin(), before.end());
  const std::set<std::string> new_lines(now.begin(), now.end());
  const auto time = rfc3339(SystemClock().wall());
  for (const auto& line : before) {
    if (!new_lines.contains(line)) fmt::print("{} - {}\n", time, line);
  }
  for (const auto& line : now) {
    if (!old_lines.contains(line)) fmt::print("{} + {}\n", time, line);
  }
}

boost::asio::awaitable<Result<>> watch(const net::Endpoint& bus, const Authorization& authorization) {
  boost::asio::steady_timer timer(co_await boost::asio::this_coro::executor);
  std::optional<std::vector<std::string>> before;
  for (;;) {
    http::Fetch request;
    request.server = bus;
    request.target = "/$print";
    if (auto token = authorization(); !token.empty())
      request.headers.emplace_back("Authorization", std::move(token));
    const auto answer = co_await http::fetch(std::move(request));
    if (!answer) co_return std::unexpected(answer.error());
    if (answer->status != 200) {
      co_return fail(ErrorKind::unauthorised,
                     fmt::format("the bus answered {}: {}", answer->status, answer->body));
    }
    if (!before) fmt::print("{}", answer->body);
    auto now = lines_of(answer->body);
    if (before) print_changes(*before, now);
    std::fflush(stdout);
    before = std::move(now);
    timer.expires_after(kLookEvery);
    co_await timer.async_wait(boost::asio::use_awaitable);
  }
}

}  // namespace

Result<> follow(const net::Endpoint& bus, const Authorization& authorization) {
  boost::asio::io_context loop{1};
  Result<> ended;
  boost::asio::signal_set signals(loop, SIGINT, SIGTERM);
  signals.async_wait([&](boost::system::error_code, int) { loop.stop(); });
  boost::asio::co_spawn(loop, watch(bus, authorization),
                        [&](const std::exception_ptr& thrown, Result<> result) {
                          if (thrown) std::rethrow_exception(thrown);
                          ended = std::move(result);
                          loop.stop();
                        });
  loop.run();
  return ended;
}

}  // namespace millrace::bus
