// The edge for tests that end it at a chosen moment, as a power cut would, or hold it there until it is told
// to go on (SIGCONT), so that something else can be ended at that moment. The daemon itself has no such
// switch.
//
//   MILLRACE_KILL_AT      the point: attempt-, answer-, submission-, request- or decision-, then `came` (its
//                         work is done and not committed) or `committed`
//   MILLRACE_KILL_PASS    which pass of the point; the first one without it
//   MILLRACE_KILL_HOW     nothing: there. before-answer: when the answer is to be sent. mid-answer: once the
//                         head of the answer and half of its body are sent.
//   MILLRACE_KILL_SIGNAL  KILL, also without it, or STOP
#include <dlfcn.h>
#include <openssl/ssl.h>
#include <sqlite3.h>
#include <sys/socket.h>

#include <algorithm>
#include <atomic>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/base/log.hpp"
#include "edge/edge_gateway.hpp"

namespace {

using namespace std::string_view_literals;

/// then_strike: half of the answer was handed over, so that it is sent when the rest is asked for.
enum class OnSend { pass, strike, strike_half_way, then_strike };
OnSend on_send = OnSend::pass;
std::atomic<bool> strikes_at_commit = false;
int strike = SIGKILL;

template <class Function>
Function* next_in_line(const char* name) {
  return reinterpret_cast<Function*>(::dlsym(RTLD_NEXT, name));
}

/// The head and half of the body.
size_t half_of(std::string_view answer) {
  constexpr auto kEndOfHead = "\r\n\r\n"sv;
  const auto end = answer.find(kEndOfHead);
  const auto head = end == std::string_view::npos ? 0 : end + kEndOfHead.size();
  return head + std::max<size_t>((answer.size() - head) / 2, 1);
}

ssize_t watched_send(int socket, const msghdr& message, int flags) {
  static const auto real = next_in_line<ssize_t(int, const msghdr*, int)>("sendmsg");
  const auto what = on_send;
  if (what == OnSend::strike_half_way) {
    std::string bytes;
    for (size_t i = 0; i < message.msg_iovlen; ++i) {
      bytes.append(static_cast<const char*>(message.msg_iov[i].iov_base), message.msg_iov[i].iov_len);
    }
    iovec part{bytes.data(), half_of(bytes)};
    msghdr shorter{};
    shorter.msg_iov = &part;
    shorter.msg_iovlen = 1;
    on_send = OnSend::pass;
    const auto sent = real(socket, &shorter, flags);
    std::raise(strike);
    return sent;
  }
  if (what == OnSend::strike) {
    on_send = OnSend::pass;
    std::raise(strike);
  }
  return real(socket, &message, flags);
}

/// Half of a record of TLS is nothing to whoever gets it: so the half becomes a record of its own.
int watched_write(SSL* tls, const void* bytes, int count) {
  static const auto real = next_in_line<int(SSL*, const void*, int)>("SSL_write");
  if (on_send == OnSend::strike_half_way) {
    on_send = OnSend::then_strike;
    return real(tls, bytes,
                static_cast<int>(half_of({static_cast<const char*>(bytes), static_cast<size_t>(count)})));
  }
  if (on_send == OnSend::then_strike) {
    on_send = OnSend::pass;
    std::raise(strike);
  }
  return real(tls, bytes, count);
}

/// What a kiosk writes ends with its key, in the same transaction.
int watched_statement(unsigned, void*, void*, void* sql) {
  static thread_local bool has_work = false;
  const std::string_view text = static_cast<const char*>(sql);
  if (text.starts_with("INSERT INTO submission ")) has_work = true;
  if (text.starts_with("COMMIT") && std::exchange(has_work, false) && strikes_at_commit.exchange(false)) {
    std::raise(strike);
  }
  return 0;
}

int watch_statements(sqlite3* db, char**, const void*) {
  return ::sqlite3_trace_v2(db, SQLITE_TRACE_STMT, watched_statement, nullptr);
}

}  // namespace

// In place of the libraries' own, for this program only: what the server writes passes here.
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

extern "C" int SSL_write(SSL* tls, const void* bytes, int count) {
  return watched_write(tls, bytes, count);
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
  ::sqlite3_auto_extension(reinterpret_cast<void (*)()>(watch_statements));
  const SystemClock clock;
  boost::asio::io_context loop(1);
  edge::EdgeGateway gateway(loop, std::move(*config), clock, "test", [&](std::string_view point) {
    if (point != kill_at || --passes_left != 0) return;
    // From here to the answer the loop does nothing else, so the next bytes that are sent are the answer's.
    if (how == "before-answer") {
      on_send = OnSend::strike;
    } else if (how == "mid-answer") {
      on_send = OnSend::strike_half_way;
    } else if (point.ends_with("-came")) {
      strikes_at_commit = true;
    } else {
      std::raise(strike);
    }
  });
  if (!gateway.start()) return 1;
  std::printf("%u\n", static_cast<unsigned>(gateway.http_port()));
  std::fflush(stdout);
  loop.run();
}
