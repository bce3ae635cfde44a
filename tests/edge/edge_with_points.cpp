// The edge for tests that end it at a chosen moment, as a power cut would, or hold it there until it is told
// to go on (SIGCONT), so that something else can be ended at that moment. The daemon itself has no such
// switch.
//
//   MILLRACE_KILL_AT      the point: attempt-, answer- or submission-, then `came` (before the commit) or
//                         `committed`
//   MILLRACE_KILL_PASS    which pass of the point; the first one without it
//   MILLRACE_KILL_HOW     nothing: there. before-answer: when the answer is to be sent. mid-answer: after
//                         half of it.
//   MILLRACE_KILL_SIGNAL  KILL, also without it, or STOP
#include <dlfcn.h>
#include <sys/socket.h>

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <utility>
#include <vector>

#include "core/base/log.hpp"
#include "edge/edge_gateway.hpp"

namespace {

enum class OnSend { pass, strike, strike_half_way };
OnSend on_send = OnSend::pass;
int strike = SIGKILL;

using SendMessage = ssize_t (*)(int, const msghdr*, int);

SendMessage real_sendmsg() {
  static const auto real = reinterpret_cast<SendMessage>(::dlsym(RTLD_NEXT, "sendmsg"));
  return real;
}

/// The bytes that a message would send, the second half of them left out.
std::string first_half(const msghdr& message) {
  std::string bytes;
  for (size_t i = 0; i < message.msg_iovlen; ++i) {
    bytes.append(static_cast<const char*>(message.msg_iov[i].iov_base), message.msg_iov[i].iov_len);
  }
  bytes.resize(bytes.size() / 2);
  return bytes;
}

ssize_t watched_send(int socket, const msghdr& message, int flags) {
  const auto what = std::exchange(on_send, OnSend::pass);
  if (what == OnSend::strike_half_way) {
    auto half = first_half(message);
    iovec part{half.data(), half.size()};
    msghdr shorter{};
    shorter.msg_iov = &part;
    shorter.msg_iovlen = 1;
    const auto sent = real_sendmsg()(socket, &shorter, flags);
    std::raise(strike);
    return sent;
  }
  if (what == OnSend::strike) std::raise(strike);
  return real_sendmsg()(socket, &message, flags);
}

}  // namespace

// In place of the C library's, for this program only: what the server writes passes here.
extern "C" ssize_t sendmsg(int socket, const msghdr* message, int flags) {
  return watched_send(socket, *message, flags);
}

extern "C" ssize_t send(int socket, const void* bytes, size_t count, int flags) {
  iovec part{const_cast<void*>(bytes), count};
  msghdr message{};
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  return watched_send(socket, message, flags);
}

int main(int argc, char** argv) {
  using namespace millrace;
  if (argc != 2) return 2;
  auto config = edge::EdgeConfig::load(argv[1]);
  if (!config) return 2;
  const auto setting = [](const char* name) {
    const char* value = std::getenv(name);
    return std::string(value != nullptr ? value : "");
  };
  const auto kill_at = setting("MILLRACE_KILL_AT");
  const auto how = setting("MILLRACE_KILL_HOW");
  if (setting("MILLRACE_KILL_SIGNAL") == "STOP") strike = SIGSTOP;
  auto passes_left = std::max(1L, std::strtol(setting("MILLRACE_KILL_PASS").c_str(), nullptr, 10));
  const SystemClock clock;
  boost::asio::io_context loop(1);
  edge::EdgeGateway gateway(loop, std::move(*config), clock, "test", [&](std::string_view point) {
    if (point != kill_at || --passes_left != 0) return;
    // From here to the answer the loop does nothing else, so the next bytes that are sent are the answer's.
    if (how == "before-answer") {
      on_send = OnSend::strike;
    } else if (how == "mid-answer") {
      on_send = OnSend::strike_half_way;
    } else {
      std::raise(strike);
    }
  });
  if (!gateway.start()) return 1;
  std::printf("%u\n", static_cast<unsigned>(gateway.http_port()));
  std::fflush(stdout);
  loop.run();
}
