// Puts a load on one queue of a bus, or takes it from there, with the client that the relay uses (with
// --plain on its bare AMQP link), and prints one line of JSON:
// {"messages":…,"seconds":…,"refused":…}. For tests/bench/bus.mjs.
#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <memory>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <CLI/CLI.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>

#include "core/amqp/connection.hpp"
#include "core/net/dial.hpp"
#include "core/servicebus/client.hpp"

namespace millrace::servicebus {
namespace {

constexpr std::chrono::seconds kUpWithin{30};
/// A broker that lets go of nothing more for so long has stopped.
constexpr std::chrono::seconds kStallMost{60};

struct Load {
  std::string host = "localhost";
  uint16_t port = 0;
  std::string queue;
  std::string user;
  std::string password_file;
  std::string password;  ///< with `plain`
  bool receive = false;
  /// Receives as from any AMQP broker, where a delivery tag is no lock token: settles what comes.
  bool plain = false;
  bool durable = false;
  uint64_t messages = 0;
  uint64_t sessions = 0;  ///< 0: the queue has none
  uint64_t in_flight = 1'000;
  uint64_t body_bytes = 1'024;
};

class Run {
 public:
  explicit Run(Load load)
      : load_(std::move(load)), client_(loop_.get_executor(), options(), clock_, events()) {}

  int run() {
    if (load_.plain) {
      connect();
    } else {
      client_.start();
    }
    if (!turn([this] { return client_.is_up() || connection_; }, kUpWithin))
      return complain("the bus did not come up");
    const auto since = clock_.mono();
    load_.plain ? receive_plainly() : load_.receive ? receive() : send_more();
    while (done_ < load_.messages) {
      const auto before = done_;
      if (!turn([&] { return done_ > before; }, kStallMost)) return complain("nothing more was answered");
    }
    const auto seconds = std::chrono::duration<double>(clock_.mono() - since).count();
    fmt::print("{{\"messages\":{},\"seconds\":{:.4f},\"refused\":{}}}\n", done_, seconds, refused_);
    for (const auto& receiver : receivers_) receiver->close();
    client_.stop();
    if (connection_) connection_->abort();
    turn([] { return false; }, std::chrono::milliseconds{50});
    return refused_ == 0 ? 0 : 1;
  }

 private:
  Client::Options options() const {
    Client::Options options;
    options.endpoint = {.host = load_.host, .port = load_.port, .tls = false};
    options.user = load_.user;
    options.password_file = load_.password_file;
    options.container_id = "millrace-bench";
    if (!load_.receive) options.entities = {load_.queue};
    return options;
  }
  Client::Events events() {
    return {.on_up = [] {}, .on_down = [this](const std::string& reason) { trouble_ = reason; }};
  }

  void send_more() {
    while (sent_ < load_.messages && sent_ - done_ < load_.in_flight) {
      OutgoingMessage message;
      message.message_id = fmt::format("m-{}", sent_);
      if (load_.sessions > 0) message.session_id = fmt::format("s-{}", sent_ % load_.sessions);
      message.subject = "millrace.test.completed.v1";
      message.durable = load_.durable;
      message.body = body_;
      ++sent_;
      client_.send(load_.queue, message, [this](const Outcome& outcome) {
        ++done_;
        if (outcome.kind != Outcome::Kind::accepted) {
          ++refused_;
          trouble_ = outcome.reason;
        }
        send_more();
      });
    }
  }

  /// One receiver for each session, all on one connection.
  void receive() {
    const auto count = std::max<uint64_t>(1, load_.sessions);
    const auto credit = static_cast<uint32_t>(std::max<uint64_t>(1, load_.in_flight / count));
    receivers_.resize(count);
    for (uint64_t at = 0; at < count; ++at) {
      std::optional<std::string> session;
      if (load_.sessions > 0) session = fmt::format("s-{}", at);
      receivers_[at] = client_.receive({load_.queue, session, credit},
                                       {.on_message =
                                            [this, at](const Received& received) {
                                              receivers_[at]->settle(received.lock_token, {},
                                                                     [this](const Result<>& settled) {
                                                                       ++done_;
                                                                       if (settled) return;
                                                                       ++refused_;
                                                                       trouble_ = settled.error().message;
                                                                     });
                                            },
                                        .on_lost = [this](const std::string& reason) { trouble_ = reason; }});
    }
  }

  void connect() {
    boost::asio::co_spawn(
        loop_,
        [this]() -> boost::asio::awaitable<void> {
          auto wire = co_await net::dial({.host = load_.host, .port = load_.port, .tls = false});
          if (!wire) {
            trouble_ = wire.error().message;
            co_return;
          }
          amqp::Connection::Events events;
          events.on_open = [this](amqp::Connection& open) { connection_ = open.shared_from_this(); };
          events.on_link = [](const amqp::LinkPtr&) {};
          events.on_close = [this](const amqp::Condition& why) { trouble_ = why.description; };
          opening_ = amqp::Connection::connect(loop_.get_executor(), std::move(*wire),
                                               {.container_id = "millrace-bench",
                                                .hostname = load_.host,
                                                .user = load_.user,
                                                .password = load_.password},
                                               std::move(events));
        },
        boost::asio::detached);
  }

  /// A message counts when its settlement is sent: RabbitMQ 3.10 refuses an attach whose receiver settles
  /// second, so nothing answers a settlement there. `receive` waits for that answer.
  void receive_plainly() {
    link_ = connection_->open_receiver("millrace-bench", {.source = load_.queue, .target = "millrace-bench"});
    link_->on_message = [this](const amqp::Incoming& incoming) {
      link_->settle(incoming.id, amqp::Outcome::accepted());
      link_->add_credit(1);
      ++done_;
    };
    link_->add_credit(static_cast<uint32_t>(load_.in_flight));
  }

  template <class Holds>
  bool turn(Holds holds, std::chrono::milliseconds within) {
    const auto deadline = clock_.mono() + within;
    while (!holds()) {
      if (clock_.mono() >= deadline) return false;
      loop_.run_one_for(std::chrono::milliseconds{20});
    }
    return true;
  }
  int complain(std::string_view what) const {
    fmt::print(stderr, "{}: {}\n", what, trouble_);
    return 1;
  }

  const Load load_;
  const Bytes body_ = Bytes(load_.body_bytes, 'x');
  SystemClock clock_;
  boost::asio::io_context loop_{1};
  std::string trouble_;
  Client client_;
  std::shared_ptr<amqp::Connection> opening_;
  std::shared_ptr<amqp::Connection> connection_;
  amqp::LinkPtr link_;
  std::vector<std::shared_ptr<Receiver>> receivers_;
  uint64_t sent_ = 0;
  uint64_t done_ = 0;
  uint64_t refused_ = 0;
};

}  // namespace
}  // namespace millrace::servicebus

int main(int argc, char** argv) {
  millrace::servicebus::Load load;
  CLI::App app{"A load for one queue."};
  app.add_option("--host", load.host);
  app.add_option("--port", load.port)->required();
  app.add_option("--queue", load.queue)->required();
  app.add_option("--user", load.user);
  app.add_option("--password-file", load.password_file);
  app.add_option("--password", load.password);
  app.add_option("--messages", load.messages)->required();
  app.add_option("--sessions", load.sessions);
  app.add_option("--in-flight", load.in_flight);
  app.add_option("--body-bytes", load.body_bytes);
  app.add_flag("--receive", load.receive);
  app.add_flag("--plain", load.plain);
  app.add_flag("--durable", load.durable);
  CLI11_PARSE(app, argc, argv);
  return millrace::servicebus::Run(std::move(load)).run();
}
