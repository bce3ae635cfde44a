#include "core/http/local_server.hpp"

#include <pwd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include <list>

#include <fmt/format.h>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "core/base/log.hpp"
#include "core/http/connection.hpp"

namespace millrace::http {

namespace asio = boost::asio;
using boost::system::error_code;
using local = asio::local::stream_protocol;

namespace {

constexpr mode_t kMode = 0600;
constexpr std::chrono::milliseconds kPauseWithoutDescriptors{100};
constexpr size_t kPasswdBytes = 16 * 1024;

/// Who is at the other end, by the kernel's word; a user without a name by number.
std::string user_of(local::socket& socket) {
  ucred who{};
  socklen_t size = sizeof(who);
  if (::getsockopt(socket.native_handle(), SOL_SOCKET, SO_PEERCRED, &who, &size) != 0) return {};
  passwd entry{};
  passwd* found = nullptr;
  std::string buffer(kPasswdBytes, '\0');
  if (::getpwuid_r(who.uid, &entry, buffer.data(), buffer.size(), &found) == 0 && found != nullptr)
    return entry.pw_name;
  return fmt::format("uid {}", who.uid);
}

}  // namespace

struct LocalServer::State : std::enable_shared_from_this<LocalServer::State> {
  State(asio::io_context& io, std::filesystem::path at, Router routes)
      : loop(io), file(std::move(at)), router(std::move(routes)), acceptor(io) {}

  Result<> listen() {
    if (file.native().size() >= sizeof(sockaddr_un::sun_path)) {
      return fail(ErrorKind::invalid_input,
                  fmt::format("{}: a socket's path has at most {} characters; choose a shorter data_dir",
                              file.string(), sizeof(sockaddr_un::sun_path) - 1));
    }
    std::error_code ignored;
    std::filesystem::remove(file, ignored);  // the folder's lock says that nobody uses it
    error_code failed;
    acceptor.open(local(), failed);
    // Nobody may open it before its mode is set.
    const auto before = ::umask(~kMode & 0777);
    if (!failed) acceptor.bind(local::endpoint(file.string()), failed);
    ::umask(before);
    if (!failed) acceptor.listen(asio::socket_base::max_listen_connections, failed);
    if (failed) return fail(ErrorKind::io, fmt::format("{}: {}", file.string(), failed.message()));
    return {};
  }

  asio::awaitable<void> accept() {
    for (;;) {
      error_code failed;
      auto socket = co_await acceptor.async_accept(asio::redirect_error(asio::use_awaitable, failed));
      if (!acceptor.is_open()) co_return;
      if (failed) {
        asio::steady_timer pause(loop, kPauseWithoutDescriptors);
        co_await pause.async_wait(asio::redirect_error(asio::use_awaitable, failed));
        continue;
      }
      auto user = user_of(socket);
      if (user.empty() || open.size() >= kMostLocalConnections) {
        log::warn("http.connection_refused", {{"peer", user}, {"open", open.size()}});
        continue;
      }
      asio::co_spawn(loop, serve(std::move(socket), std::move(user)), asio::detached);
    }
  }

  asio::awaitable<void> serve(local::socket socket, std::string user) {
    const auto self = shared_from_this();
    const auto at = open.insert(open.end(), [] {});
    try {
      const auto wire = net::wire_over(std::move(socket));
      *at = [&wire] { wire->close(); };
      co_await serve_connection(*wire, router, limits, {user, true}, nullptr);
      *at = [] {};
    } catch (const std::exception& failure) {
      log::error("http.connection_failed", {{"peer", user}, {"error", failure.what()}});
    }
    open.erase(at);
  }

  asio::io_context& loop;
  std::filesystem::path file;
  Router router;
  Limits limits;
  local::acceptor acceptor;
  std::list<std::function<void()>> open;  // one per connection: cuts it
};

LocalServer::LocalServer(asio::io_context& loop, std::filesystem::path file, Router router)
    : state_(std::make_shared<State>(loop, std::move(file), std::move(router))) {}

LocalServer::~LocalServer() {
  stop();
}

Result<> LocalServer::start() {
  if (auto listening = state_->listen(); !listening) return listening;
  asio::co_spawn(
      state_->loop, [state = state_]() -> asio::awaitable<void> { co_await state->accept(); },
      asio::detached);
  return {};
}

void LocalServer::stop() {
  if (!state_->acceptor.is_open()) return;
  error_code ignored;
  state_->acceptor.close(ignored);
  for (const auto& cut : state_->open) cut();
  std::error_code failed;
  std::filesystem::remove(state_->file, failed);
}

}  // namespace millrace::http
