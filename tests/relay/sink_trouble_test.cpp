// The service's troubles as the relay sees, counts and says them: the real lanes and the real client, on a
// service that does what the test says.
#include <filesystem>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

#include "../core/servicebus/scripted_service.hpp"
#include "core/http/client.hpp"
#include "relay/cloud_relay.hpp"
#include "relay/lanes/amqp_sink.hpp"
#include "relay/lanes/lane_runner.hpp"
#include "tests/support/chain.hpp"
#include "tests/support/loop.hpp"
#include "tests/support/temp_folder.hpp"

namespace millrace::relay {
namespace {

using delivery::SinkState;
using delivery::testing::Chain;
using ::testing::HasSubstr;

class SinkTroubleTest : public ::testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(service.listener.start("127.0.0.1", 0));
    servicebus::Client::Options client;
    client.endpoint = {.host = "127.0.0.1", .port = service.listener.port(), .tls = false};
    client.audience = "sb://plant.example/";
    client.credential = std::make_shared<servicebus::ScriptedCredential>(clock);
    sink = std::make_unique<AmqpSink>(
        loop.executor(), AmqpSink::Options{client, "millrace-events", "", false, "relay-1"}, clock);
    lanes =
        std::make_unique<LaneRunner>(LaneRunner::Parts{loop.executor(), clock, metrics, *sink},
                                     LaneRunnerOptions{"relay-1", "millrace-events", kDuplicateWindow, {}},
                                     LaneRunner::Handlers{.on_settled = [this](const auto&) { ++settled; },
                                                          .on_sink = [this] { told.push_back(state()); }});
    lanes->start();
    ASSERT_TRUE(loop.until([this] { return state() == SinkState::up; }));
    deliver();
    told.clear();
  }
  void TearDown() override {
    bool stopped = false;
    boost::asio::co_spawn(loop.context(), lanes->stop(), [&](const std::exception_ptr&) { stopped = true; });
    EXPECT_TRUE(loop.until([&] { return stopped; }));
    service.listener.stop();
    if (service.connection) service.connection->abort();
    loop.run_for(std::chrono::milliseconds{20});
  }
  SinkState state() const { return lanes->lanes().sink_state(); }
  void add() {
    chain.append();
    lanes->add(1, chain.record(chain.last()));
  }
  /// One record goes through.
  void deliver() {
    const auto before = service.arrived.size();
    const auto settled_before = settled;
    add();
    ASSERT_TRUE(loop.until([&] { return service.arrived.size() > before; }));
    answer(amqp::Outcome::accepted());
    ASSERT_TRUE(loop.until([&] { return settled > settled_before; }));
  }
  void answer(const amqp::Outcome& outcome) {
    const auto& last = service.arrived.back();
    last.link->settle(last.incoming.id, outcome);
  }
  std::string count_of(const std::string& kind, int count) const {
    return fmt::format("millrace_relay_sink_trouble_total{{class=\"{}\"}} {}\n", kind, count);
  }

  test::Loop loop;
  SystemClock clock;
  Chain chain;
  metrics::Registry metrics;
  servicebus::ScriptedService service{loop.context()};
  std::unique_ptr<AmqpSink> sink;
  std::unique_ptr<LaneRunner> lanes;
  std::vector<SinkState> told;
  int settled = 0;
};

TEST_F(SinkTroubleTest, every_class_is_there_from_the_start) {
  for (const auto kind : servicebus::kTroubleKinds)
    EXPECT_THAT(metrics.text(), HasSubstr(count_of(std::string(to_string(kind)), 0)));
}

TEST_F(SinkTroubleTest, an_idle_connection_that_the_service_closes_is_seen_in_the_figures_and_nowhere_else) {
  ::testing::internal::CaptureStderr();
  service.connection->close(
      {.name = "amqp:connection:forced",
       .description =
           "The connection was inactive for more than the allowed 300000 milliseconds and is closed by "
           "container 'LinkTracker'."});
  ASSERT_TRUE(loop.until([this] { return service.connections == 2; }));
  EXPECT_EQ(state(), SinkState::up) << "so /readyz says 200";
  deliver();
  const auto said = ::testing::internal::GetCapturedStderr();
  EXPECT_TRUE(told.empty());
  EXPECT_THAT(metrics.text(), HasSubstr(count_of("connection-idle", 1)));
  EXPECT_THAT(said, HasSubstr(" info relay.sink_routine class=connection-idle"));
  EXPECT_THAT(said, ::testing::Not(HasSubstr(" warn ")));
}

TEST_F(SinkTroubleTest, an_idle_link_that_the_service_detaches_is_seen_in_the_figures_and_nowhere_else) {
  ::testing::internal::CaptureStderr();
  service.links[0]->close(
      {.name = "amqp:link:detach-forced", .description = "IdleTimerExpired: Idle timeout: 00:10:00."});
  ASSERT_TRUE(loop.until([this] { return metrics.text().contains(count_of("link-idle", 1)); }));
  deliver();
  const auto said = ::testing::internal::GetCapturedStderr();
  EXPECT_EQ(service.connections, 1);
  EXPECT_TRUE(told.empty());
  EXPECT_THAT(said, HasSubstr(" info relay.sink_routine class=link-idle"));
  EXPECT_THAT(said, ::testing::Not(HasSubstr(" warn ")));
}

TEST_F(SinkTroubleTest, the_reason_why_the_sink_pauses_or_is_down_has_its_class) {
  add();
  const auto before = service.arrived.size();
  ASSERT_TRUE(loop.until([&] { return service.arrived.size() > before; }));
  answer(
      amqp::Outcome::rejected({.name = "com.microsoft:entity-disabled", .description = "It is disabled."}));
  ASSERT_TRUE(loop.until([this] { return state() == SinkState::paused; }));
  ASSERT_NE(lanes->trouble(), nullptr);
  EXPECT_EQ(lanes->trouble()->kind, servicebus::TroubleKind::entity_disabled);
  EXPECT_THAT(metrics.text(), HasSubstr(count_of("entity-disabled", 1)));

  service.connection->abort();
  ASSERT_TRUE(loop.until([this] { return state() == SinkState::down; }));
  ASSERT_NE(lanes->trouble(), nullptr);
  EXPECT_EQ(lanes->trouble()->kind, servicebus::TroubleKind::connection_lost);
}

/// The whole relay, without a plant's broker.
class ReadinessTest : public ::testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(service.listener.start("127.0.0.1", 0));
    servicebus::Client::Options client;
    client.endpoint = {.host = "127.0.0.1", .port = service.listener.port(), .tls = false};
    RelayConfig config;
    config.name = "relay-1";
    config.data_dir = folder.path() / "data";
    config.boxes_dir = folder.path() / "boxes.d";
    config.sink.events = "millrace-events";
    config.http.address = "127.0.0.1";
    std::filesystem::create_directories(config.boxes_dir);
    auto trust = Trust::load(config.boxes_dir);
    ASSERT_TRUE(trust) << trust.error().message;
    auto sink = std::make_unique<AmqpSink>(
        loop.executor(), AmqpSink::Options{client, "millrace-events", "", false, "relay-1"}, clock);
    relay = std::make_unique<CloudRelay>(loop.context(), std::move(config), std::move(*trust), clock,
                                         std::move(sink), "test");
    const auto started = relay->start();
    ASSERT_TRUE(started) << started.error().message;
    ASSERT_TRUE(loop.until([this] { return ready() == 200; }));
  }
  void TearDown() override {
    bool stopped = false;
    boost::asio::co_spawn(loop.context(), relay->stop(), [&](const std::exception_ptr&) { stopped = true; });
    EXPECT_TRUE(loop.until([&] { return stopped; }));
    service.listener.stop();
    if (service.connection) service.connection->abort();
    loop.run_for(std::chrono::milliseconds{20});
  }
  unsigned ready() {
    http::Fetch request;
    request.server = {.host = "127.0.0.1", .port = relay->http_port(), .tls = false};
    request.target = "/readyz";
    std::optional<Result<http::Fetched>> answer;
    boost::asio::co_spawn(
        loop.context(),
        [&]() -> boost::asio::awaitable<void> { answer = co_await http::fetch(std::move(request)); },
        boost::asio::detached);
    EXPECT_TRUE(loop.until([&] { return answer.has_value(); }));
    return answer && *answer ? (*answer)->status : 0;
  }

  test::Loop loop;
  ManualClock clock;
  test::TempFolder folder;
  servicebus::ScriptedService service{loop.context()};
  std::unique_ptr<CloudRelay> relay;
};

TEST_F(ReadinessTest, stays_while_a_connection_that_was_closed_for_idleness_is_made_again) {
  clock.advance(std::chrono::minutes{5});
  const auto links = service.links.size();
  service.connection->close({.name = "amqp:connection:forced",
                             .description = "The connection was inactive for more than the allowed 300000 "
                                            "milliseconds and is closed by container 'LinkTracker'."});
  ASSERT_TRUE(loop.until([&] {
    EXPECT_EQ(ready(), 200U);
    return service.links.size() == 2 * links;
  }));
  EXPECT_EQ(service.connections, 2);
  service.listener.stop();
  service.connection->abort();
  EXPECT_TRUE(loop.until([this] { return ready() == 503; })) << "a connection that is lost is another thing";
}

/// A busy service's words, and how long all lanes then wait.
class BusyLanes : public ::testing::TestWithParam<int> {};
TEST_P(BusyLanes, are_quiet_for_as_long_as_the_service_asks) {
  const std::chrono::seconds asked{GetParam()};
  const auto outcome = outcome_of(servicebus::classify(amqp::Condition{
      .name = "com.microsoft:server-busy",
      .description =
          fmt::format("The request was terminated because the entity is being throttled. Error code : "
                      "50009. Please wait {} seconds and try again.",
                      GetParam())}));
  ManualClock clock;
  Chain chain;
  chain.append(1);
  delivery::Lanes lanes{delivery::LaneLimits{}, [] { return uint64_t{0}; }};
  lanes.add(1, chain.record(1), {"millrace-events", "a"}, false);
  lanes.sink_up();
  const auto first = lanes.next();
  ASSERT_TRUE(first);
  lanes.outcome(first->id, outcome, clock.mono());
  clock.advance(asked - Millis{1});
  lanes.tick(clock.mono());
  EXPECT_FALSE(lanes.next());
  EXPECT_EQ(lanes.sink_state(), SinkState::paused);
  clock.advance(Millis{1});
  lanes.tick(clock.mono());
  EXPECT_TRUE(lanes.next());
}
INSTANTIATE_TEST_SUITE_P(Seconds, BusyLanes, ::testing::Values(3, 60));

}  // namespace
}  // namespace millrace::relay
