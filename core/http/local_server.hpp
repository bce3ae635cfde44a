// HTTP for administrators of this machine, over a Unix domain socket.
#pragma once

#include <filesystem>
#include <memory>

#include <boost/asio/io_context.hpp>

#include "core/http/server.hpp"

namespace millrace::http {

/// Connections that an administrator's socket takes at once.
inline constexpr size_t kMostLocalConnections = 8;

/// Serves the router on a socket file that only its owner and root may open (mode 0600); `Request::peer` is
/// the name of the user that the kernel vouches for. On the loop; owned by the daemon.
class LocalServer {
 public:
  LocalServer(boost::asio::io_context& loop, std::filesystem::path file, Router router);
  ~LocalServer();
  /// Takes the place of a socket that an earlier process left. Errors: invalid_input (a path too long for a
  /// socket), io.
  Result<> start();
  /// Stops accepting, closes what is open, removes the file. Idempotent.
  void stop();

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace millrace::http
