// The bytes' way: TCP, or TLS over TCP.
#pragma once

#include <chrono>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>

#include "core/base/result.hpp"

namespace millrace::amqp {

/// One byte stream. Loop thread. One read and one write may be under way at a time.
class Wire {
 public:
  virtual ~Wire() = default;
  /// Bytes read; an error ends the stream.
  virtual boost::asio::awaitable<size_t> read(boost::asio::mutable_buffer into,
                                              boost::system::error_code& failed) = 0;
  /// Writes all of it.
  virtual boost::asio::awaitable<void> write(boost::asio::const_buffer from,
                                             boost::system::error_code& failed) = 0;
  /// Ends both directions at once; what is under way fails.
  virtual void close() = 0;
};

struct Endpoint {
  std::string host;  ///< dialled, and checked against the certificate
  uint16_t port = 5671;
  bool tls = true;
  std::filesystem::path ca_file;  ///< trusted beside the system's store; empty for none
};

/// Ends a dial that is under way; it then fails. Shared by who dials and who may lose interest.
class DialStop {
 public:
  void stop() {
    stopped_ = true;
    if (cut) cut();
  }
  bool is_stopped() const { return stopped_; }
  std::function<void()> cut;  ///< set by `dial` while it is under way

 private:
  bool stopped_ = false;
};

/// Dials, with a time limit of kDialTime for name, TCP and TLS together. TLS 1.2 at least, host name checked.
/// Errors: unavailable (name, refused, timeout, stopped), unauthorised (certificate), invalid_input (CA
/// file), each with the endpoint or the file.
boost::asio::awaitable<Result<std::unique_ptr<Wire>>> dial(Endpoint endpoint,
                                                           std::shared_ptr<DialStop> stop = nullptr);
inline constexpr std::chrono::seconds kDialTime{10};

std::unique_ptr<Wire> wire_over(boost::asio::ip::tcp::socket socket);

}  // namespace millrace::amqp
