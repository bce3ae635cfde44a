// `sink = "amqp"`: the relay's program into a broker that nobody here wrote.
#include "rabbitmq.hpp"
#include "core/amqp/connection.hpp"
#include "core/net/dial.hpp"
#include "service_bus_line.hpp"
#include "tests/support/certificate.hpp"

#include <boost/asio/co_spawn.hpp>

namespace millrace::relay {
namespace {

constexpr auto kUser = "millrace test";
constexpr auto kPassword = "pass word";
constexpr auto kEvents = "millrace-events";
const std::vector<std::string> kQueues{kEvents, "millrace-commands-training", "millrace-commands-workflow"};

struct Arrival {
  std::string session;
  std::string id;
  bool is_marked = false;
};

class RabbitMqTest : public ServiceBusLine {
 protected:
  void SetUp() override {
    if (!test::RabbitMq::is_installed())
      GTEST_SKIP() << "RabbitMQ is not installed; ./dev test --peers does it";
  }
  ~RabbitMqTest() override {
    if (HasFailure() && rabbit) fmt::print(stderr, "{}\n", rabbit->output());
  }

  void write_amqp_relay(const std::string& amqp) const {
    write("relay.toml", fmt::format("name = \"relay-1\"\ndata_dir = \"relay\"\nboxes_dir = \"boxes.d\"\n"
                                    "sink = \"amqp\"\n[[broker]]\nhost = \"127.0.0.1\"\nport = {}\n"
                                    "[amqp]\nhost = \"localhost\"\naddress_prefix = \"/amq/queue/\"\n{}"
                                    "[http]\nport = {}\n",
                                    broker.port(), amqp, test::free_port()));
  }

  /// All that the queue of the events holds, in its order.
  std::vector<Arrival> arrivals(net::Endpoint endpoint, const amqp::ConnectionOptions& options) {
    std::vector<Arrival> all;
    std::shared_ptr<amqp::Connection> connection;
    amqp::LinkPtr link;
    std::set<std::string> ids;
    std::string trouble;
    boost::asio::co_spawn(
        loop.executor(), net::dial(std::move(endpoint)),
        [&](const std::exception_ptr& thrown, Result<std::unique_ptr<net::Wire>> wire) {
          if (thrown || !wire) {
            trouble = wire ? "an exception" : wire.error().message;
            return;
          }
          connection = amqp::Connection::connect(
              loop.executor(), std::move(*wire), options,
              {.on_open =
                   [&](amqp::Connection& open) {
                     link = open.open_receiver(
                         "reader", {.source = std::string("/amq/queue/") + kEvents, .target = "reader"});
                     link->on_message = [&](const amqp::Incoming& transfer) {
                       const auto message = amqp::decode_message(transfer.bytes).value();
                       const auto* id = message.application_property("cloudEvents_id");
                       const auto* mark = message.application_property("millrace_possible_duplicate");
                       all.push_back({message.properties->group_id.value_or(""),
                                      id == nullptr ? "" : std::string(*id->text()), mark != nullptr});
                       ids.insert(all.back().id);
                       link->settle(transfer.id, amqp::Outcome::accepted());
                     };
                     link->add_credit(kMostRead);
                   },
               .on_link = [](const amqp::LinkPtr&) {},
               .on_close = [&](const amqp::Condition& why) { trouble = why.name + why.description; }});
        });
    // No drain: this RabbitMQ's session ends of it (rabbit_classic_queue knows no send_drained).
    EXPECT_TRUE(
        loop.until([&] { return ids.size() >= chain.last() || !trouble.empty(); }, std::chrono::seconds{60}));
    loop.run_for(std::chrono::seconds{1});  // what may still come twice
    EXPECT_EQ(trouble, "");
    if (connection) connection->abort();
    loop.run_for(std::chrono::milliseconds{50});
    return all;
  }

  /// First arrivals by session and message id are what was captured, in order; the rest are duplicates.
  void judge(const std::vector<Arrival>& all) {
    std::map<std::string, std::vector<std::string>> first;
    std::set<std::string> seen;
    size_t unmarked = 0;
    for (const auto& one : all) {
      if (!one.is_marked) ++unmarked;
      if (seen.insert(one.id).second) first[one.session].push_back(one.id);
    }
    fmt::print("{} events, {} arrivals, {} duplicates\n", chain.last(), all.size(), all.size() - seen.size());
    for (uint64_t sequence = 1; sequence <= chain.last(); ++sequence) {
      const auto id = std::string(chain.event(sequence).get(delivery::attr::id));
      if (!seen.contains(id)) fmt::print("missing: record {}, {}\n", sequence, id);
    }
    EXPECT_EQ(first, captured());
    EXPECT_EQ(unmarked, 0u) << "such a broker drops no duplicates";
  }

  static constexpr uint32_t kMostRead = 20'000;
  std::unique_ptr<test::RabbitMq> rabbit;
};

TEST_F(RabbitMqTest, ten_thousand_events_arrive_in_order_though_the_broker_is_killed) {
  constexpr int kRecords = 10'000;
  constexpr int kOperators = 16;
  rabbit = std::make_unique<test::RabbitMq>(folder.path() / "rabbit", kQueues, kUser, kPassword);
  write("password", std::string(kPassword) + "\n");
  write_amqp_relay(fmt::format("tls = false\nport = {}\nuser = \"{}\"\npassword_file = \"password\"\n",
                               rabbit->port(), kUser));
  for (int at = 0; at < kRecords; ++at) chain.append("operator:op-" + std::to_string(at % kOperators));
  ASSERT_TRUE(loop.until([&] { return box.connected(); }));
  rabbit->start();
  relay.start();
  ASSERT_TRUE(settle_up_to(3'000, std::chrono::seconds{180}));
  be_busy();
  rabbit->kill();
  rabbit->start();
  ASSERT_TRUE(settle_up_to(6'500, std::chrono::seconds{180}));
  be_busy();
  rabbit->kill();
  rabbit->start();
  ASSERT_TRUE(settle_up_to(kRecords, std::chrono::seconds{180}));
  EXPECT_EQ(box.receipts.back().parked_size(), 0);
  EXPECT_EQ(relay.kill(SIGTERM), 0);

  net::Endpoint endpoint{.host = "localhost", .port = rabbit->port(), .tls = false};
  judge(arrivals(endpoint,
                 {.container_id = "reader", .hostname = "localhost", .user = kUser, .password = kPassword}));
}

TEST_F(RabbitMqTest, a_certificate_is_enough_to_come_in) {
  const test::Certificate authority("");
  const test::Certificate certificate("DNS:localhost", &authority);
  const auto port = test::free_port();
  rabbit = std::make_unique<test::RabbitMq>(
      folder.path() / "rabbit", kQueues, kUser, "unused",
      fmt::format("listeners.tcp = none\nlisteners.ssl.1 = 127.0.0.1:{0}\nssl_options.cacertfile = {3}\n"
                  "ssl_options.certfile = {1}\nssl_options.keyfile = {2}\nssl_options.verify = verify_peer\n"
                  "ssl_options.fail_if_no_peer_cert = true\nauth_mechanisms.1 = EXTERNAL\n"
                  "ssl_cert_login_from = common_name",
                  port, certificate.certificate().string(), certificate.key_file().string(),
                  authority.certificate().string()));
  write_amqp_relay(fmt::format("port = {0}\nca = \"{3}\"\ncertificate = \"{1}\"\nkey = \"{2}\"\n", port,
                               certificate.certificate().string(), certificate.key_file().string(),
                               authority.certificate().string()));
  for (int at = 0; at < 200; ++at) chain.append("operator:op-" + std::to_string(at % 4));
  ASSERT_TRUE(loop.until([&] { return box.connected(); }));
  rabbit->start();
  relay.start();
  ASSERT_TRUE(settle_up_to(chain.last()));
  EXPECT_EQ(relay.kill(SIGTERM), 0);
  net::Endpoint endpoint{.host = "localhost",
                         .port = port,
                         .ca_file = authority.certificate(),
                         .identity = net::Identity{certificate.certificate(), certificate.key_file()}};
  judge(arrivals(endpoint, {.container_id = "reader", .hostname = "localhost", .external = true}));
}

}  // namespace
}  // namespace millrace::relay
