// The relay's client against the bus: the same behaviours over every way in.
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fmt/format.h>

#include "core/servicebus/client.hpp"
#include "tests/support/certificate.hpp"
#include "tests/support/loop.hpp"
#include "tests/support/mosquitto.hpp"
#include "tests/support/program.hpp"
#include "tests/support/temp_folder.hpp"

namespace millrace::servicebus {
namespace {

using test::Program;
using Kind = Outcome::Kind;
using Settle = Settlement::Kind;

struct Way {
  const char* name;
  bool tls;
  bool web_socket;
  bool proxy;
};
constexpr Way kWays[] = {{"tcp", false, false, false},
                         {"tls", true, false, false},
                         {"web_socket", true, true, false},
                         {"tls_through_a_proxy", true, false, true},
                         {"web_socket_through_a_proxy", true, true, true}};
constexpr auto kLock = std::chrono::seconds{5};  // the shortest that there is

class ClientContract : public ::testing::TestWithParam<Way> {
 protected:
  void SetUp() override {
    write("entities.json", R"({"UserConfig": {"Namespaces": [{"Name": "contract",
      "Queues": [{"Name": "plain", "Properties": {"LockDuration": "PT5S", "MaxDeliveryCount": 3}},
                 {"Name": "once", "Properties": {"RequiresDuplicateDetection": true}},
                 {"Name": "sessions", "Properties": {"RequiresSession": true, "LockDuration": "PT5S"}}],
      "Topics": [{"Name": "events", "Subscriptions": [
        {"Name": "all", "Properties": {"RequiresSession": true}},
        {"Name": "starts", "Properties": {}, "Rules": [{"Name": "starts", "Properties":
          {"FilterType": "Sql", "SqlFilter": {"SqlExpression": "sys.label = 'start'"}}}]}]}]}]}})");
    write("bus.toml", fmt::format("data_dir = \"bus\"\nentities = \"entities.json\"\n[amqp]\nport = {}\n"
                                  "[access]\nrules = \"access.json\"\n[tls]\ncertificate = \"{}\"\nkey = "
                                  "\"{}\"\n[http]\nport = {}\n",
                                  port, certificate.certificate().string(), certificate.key_file().string(),
                                  test::free_port()));
    write("access.json", R"([{"KeyName":"n","PrimaryKey":"k","Rights":["Send","Listen"]}])");
    write_key("k");
    bus.start();
    client = make_client();
    client->start();
    ASSERT_TRUE(loop.until([&] { return client->is_up(); })) << last_down << bus.output();
  }
  void TearDown() override {
    client.reset();
    loop.run_for(std::chrono::milliseconds{20});
    if (HasFailure()) fmt::print(stderr, "{}\n{}\n", last_down, bus.output());
  }

  std::unique_ptr<Client> make_client() {
    Client::Options options;
    options.endpoint = {.host = "localhost", .port = port, .tls = GetParam().tls};
    options.endpoint.ca_file = certificate.certificate();
    if (GetParam().web_socket) options.endpoint.web_socket = {"/$servicebus/websocket", "AMQPWSB10"};
    if (GetParam().proxy) options.endpoint.proxy = started_proxy();
    options.audience = fmt::format("sb://localhost:{}/", port);
    options.credential = key_credential(folder.path() / "connection-string", clock);
    options.entities = {"plain"};
    options.container_id = "contract";
    return std::make_unique<Client>(
        loop.executor(), std::move(options), clock,
        Client::Events{.on_up = [this] { ++ups; },
                       .on_down = [this](const std::string& reason) { last_down = reason; }});
  }
  net::Proxy started_proxy() {
    const auto at_port = test::free_port();
    write(
        "tinyproxy.conf",
        fmt::format("Port {}\nListen 127.0.0.1\nTimeout 600\nAllow 127.0.0.1\nLogLevel Connect\n", at_port));
    proxy.kill(SIGTERM);
    proxy.start();
    return {.host = "127.0.0.1", .port = at_port};
  }

  void write_key(const std::string& key) const {
    write("connection-string",
          fmt::format("Endpoint=sb://localhost:{}/;SharedAccessKeyName=n;SharedAccessKey={}", port, key));
  }
  std::string at(const std::string& name) const { return (folder.path() / name).string(); }
  void write(const std::string& name, const std::string& text) const { std::ofstream(at(name)) << text; }

  /// The outcome of one send.
  Outcome sent(const std::string& entity, OutgoingMessage message) {
    std::optional<Outcome> outcome;
    client->send(entity, message, [&](Outcome told) { outcome = std::move(told); });
    EXPECT_TRUE(loop.until([&] { return outcome.has_value(); }));
    return outcome.value_or(Outcome{});
  }
  static OutgoingMessage message(const std::string& id, const std::string& session = {}) {
    OutgoingMessage made;
    made.message_id = id;
    made.session_id = session;
    made.body = Bytes{1, 2, 3};
    return made;
  }

  /// A receiver that keeps what comes.
  struct Inbox {
    std::vector<Received> messages;
    std::vector<std::string> opened;
    std::vector<std::string> lost;
    std::shared_ptr<Receiver> receiver;
    std::string id(size_t at) const { return *messages.at(at).message.properties->message_id.text(); }
  };
  std::shared_ptr<Inbox> receive(const std::string& entity, std::optional<std::string> session = {},
                                 uint32_t credit = 100) {
    auto inbox = std::make_shared<Inbox>();
    inbox->receiver = client->receive(
        {entity, std::move(session), credit},
        {.on_open = [inbox =
                         inbox.get()](std::string session) { inbox->opened.push_back(std::move(session)); },
         .on_message =
             [inbox = inbox.get()](Received received) { inbox->messages.push_back(std::move(received)); },
         .on_lost = [inbox = inbox.get()](std::string reason) { inbox->lost.push_back(std::move(reason)); }});
    return inbox;
  }
  bool arrived(const std::shared_ptr<Inbox>& inbox, size_t count,
               std::chrono::milliseconds within = std::chrono::seconds{20}) {
    return loop.until([&] { return inbox->messages.size() >= count; }, within);
  }
  Result<> settled(const std::shared_ptr<Inbox>& inbox, size_t index, const Settlement& how) {
    std::optional<Result<>> result;
    inbox->receiver->settle(inbox->messages.at(index).lock_token, how,
                            [&](const Result<>& told) { result = told; });
    EXPECT_TRUE(loop.until([&] { return result.has_value(); }));
    return result.value_or(fail(ErrorKind::timeout, "no answer"));
  }

  const uint16_t port = test::free_port();
  test::TempFolder folder;
  test::Certificate certificate{"DNS:localhost"};
  SystemClock clock;
  test::Loop loop;
  Program bus{"millrace-bus", {"--config", at("bus.toml")}, at("bus.log")};
  Program proxy{"/usr/bin/tinyproxy", {"-d", "-c", at("tinyproxy.conf")}, at("proxy.log")};
  std::unique_ptr<Client> client;
  int ups = 0;
  std::string last_down;
};

TEST_P(ClientContract, what_is_sent_is_received_as_it_was_and_completed_for_good) {
  OutgoingMessage out = message("m-1");
  out.subject = "start";
  out.correlation_id = "c-1";
  out.content_type = "application/json";
  out.application_properties = {{"colour", "red"}, {"count", int32_t{3}}};
  out.body.assign(200'000, 7);  // several frames
  ASSERT_EQ(sent("plain", out).kind, Kind::accepted);
  const auto inbox = receive("plain");
  ASSERT_TRUE(arrived(inbox, 1));
  const auto& got = inbox->messages[0];
  EXPECT_EQ(inbox->id(0), "m-1");
  EXPECT_EQ(got.message.properties->subject, "start");
  EXPECT_EQ(*got.message.properties->correlation_id.text(), "c-1");
  EXPECT_EQ(got.message.properties->content_type, "application/json");
  EXPECT_EQ(*got.message.application_property("colour")->text(), "red");
  EXPECT_EQ(got.message.application_property("count")->integer(), 3);
  EXPECT_EQ(got.message.data, std::vector<Bytes>{out.body});
  EXPECT_EQ(got.delivery_count, 0U);
  EXPECT_EQ(got.sequence, 1);
  EXPECT_TRUE(settled(inbox, 0, {}));
  inbox->receiver->close();
  const auto again = receive("plain");
  loop.run_for(std::chrono::milliseconds{300});
  EXPECT_EQ(again->messages.size(), 0U);
}

TEST_P(ClientContract, a_second_message_with_a_known_id_is_accepted_and_dropped) {
  EXPECT_EQ(sent("once", message("m-1")).kind, Kind::accepted);
  EXPECT_EQ(sent("once", message("m-1")).kind, Kind::accepted);
  EXPECT_EQ(sent("once", message("m-2")).kind, Kind::accepted);
  const auto inbox = receive("once");
  ASSERT_TRUE(arrived(inbox, 2));
  loop.run_for(std::chrono::milliseconds{100});
  EXPECT_EQ(inbox->messages.size(), 2U);
}

TEST_P(ClientContract, refusals_are_told_apart) {
  auto large = message("large");
  large.body.assign(300 * 1024, 0);
  EXPECT_EQ(sent("plain", large).kind, Kind::permanent_message);
  // The service's word for it, not-allowed, also stands for what is wrong with an entity: nothing is parked
  // for it.
  EXPECT_EQ(sent("sessions", message("no session")).kind, Kind::entity_trouble);
  EXPECT_EQ(sent("plain", message("after")).kind, Kind::accepted);
  const auto nowhere = sent("nowhere", message("lost"));
  EXPECT_EQ(nowhere.kind, Kind::entity_trouble);
  EXPECT_THAT(nowhere.reason, ::testing::HasSubstr("amqp:not-found"));
}

TEST_P(ClientContract, an_abandoned_message_comes_again_until_it_came_too_often) {
  ASSERT_EQ(sent("plain", message("m-1")).kind, Kind::accepted);
  const auto inbox = receive("plain");
  const auto dead = receive("plain/$DeadLetterQueue");
  for (size_t turn = 0; turn < 3; ++turn) {
    ASSERT_TRUE(arrived(inbox, turn + 1));
    EXPECT_EQ(inbox->messages[turn].delivery_count, turn);
    EXPECT_TRUE(settled(inbox, turn, {.kind = Settle::abandon}));
  }
  ASSERT_TRUE(arrived(dead, 1));
  EXPECT_EQ(*dead->messages[0].message.application_property("DeadLetterReason")->text(),
            "MaxDeliveryCountExceeded");
  EXPECT_TRUE(settled(dead, 0, {}));
}

TEST_P(ClientContract, a_dead_letter_has_its_reason) {
  ASSERT_EQ(sent("plain", message("m-1")).kind, Kind::accepted);
  const auto inbox = receive("plain");
  ASSERT_TRUE(arrived(inbox, 1));
  EXPECT_TRUE(settled(inbox, 0,
                      {.kind = Settle::dead_letter,
                       .reason = "Unreadable",
                       .description = "not a certificate",
                       .properties = {{amqp::Symbol{"line"}, int32_t{7}}}}));
  const auto dead = receive("plain/$DeadLetterQueue");
  ASSERT_TRUE(arrived(dead, 1));
  const auto& message = dead->messages[0].message;
  EXPECT_EQ(*message.application_property("DeadLetterReason")->text(), "Unreadable");
  EXPECT_EQ(*message.application_property("DeadLetterErrorDescription")->text(), "not a certificate");
  EXPECT_EQ(message.application_property("line")->integer(), 7);
}

TEST_P(ClientContract, no_more_is_unsettled_than_was_asked_for) {
  for (int i = 0; i < 5; ++i) ASSERT_EQ(sent("plain", message(std::to_string(i))).kind, Kind::accepted);
  const auto inbox = receive("plain", {}, 2);
  ASSERT_TRUE(arrived(inbox, 2));
  loop.run_for(std::chrono::milliseconds{100});
  EXPECT_EQ(inbox->messages.size(), 2U);
  for (size_t i = 0; i < 5; ++i) {
    ASSERT_TRUE(arrived(inbox, i + 1));
    EXPECT_EQ(inbox->id(i), std::to_string(i));
    EXPECT_TRUE(settled(inbox, i, {}));
  }
}

TEST_P(ClientContract, a_message_stays_locked_as_long_as_it_is_held) {
  ASSERT_EQ(sent("plain", message("m-1")).kind, Kind::accepted);
  const auto inbox = receive("plain");
  ASSERT_TRUE(arrived(inbox, 1));
  loop.run_for(kLock + std::chrono::seconds{2});
  EXPECT_EQ(inbox->messages.size(), 1U) << "the lock ran out, and it came again";
  EXPECT_TRUE(settled(inbox, 0, {}));
}

TEST_P(ClientContract, a_message_is_settled_though_its_link_is_gone) {
  ASSERT_EQ(sent("plain", message("m-1")).kind, Kind::accepted);
  const auto first = receive("plain");
  ASSERT_TRUE(arrived(first, 1));
  const auto token = first->messages[0].lock_token;
  first->receiver->close();
  const auto second = receive("plain");
  std::optional<Result<>> result;
  second->receiver->settle(token, {}, [&](const Result<>& told) { result = told; });
  ASSERT_TRUE(loop.until([&] { return result.has_value(); }));
  EXPECT_TRUE(result->has_value()) << result->error().message;
  second->receiver->settle(token, {}, [&](const Result<>& told) { result = told; });
  ASSERT_TRUE(loop.until([&] { return !result->has_value(); }));
  EXPECT_EQ(result->error().kind, ErrorKind::conflict) << result->error().message;
}

TEST_P(ClientContract, a_session_by_name_is_in_order_and_has_one_holder) {
  for (int i = 0; i < 20; ++i) {
    ASSERT_EQ(sent("sessions", message(fmt::format("a{}", i), "press 4")).kind, Kind::accepted);
    ASSERT_EQ(sent("sessions", message(fmt::format("b{}", i), "press 5")).kind, Kind::accepted);
  }
  const auto inbox = receive("sessions", "press 4");
  ASSERT_TRUE(arrived(inbox, 20));
  EXPECT_EQ(inbox->opened, std::vector<std::string>{"press 4"});
  for (size_t i = 0; i < 20; ++i) {
    EXPECT_EQ(inbox->id(i), fmt::format("a{}", i));
    EXPECT_EQ(inbox->messages[i].message.properties->group_id, "press 4");
  }
  const auto other = receive("sessions", "press 4");
  ASSERT_TRUE(loop.until([&] { return !other->lost.empty(); }));
  EXPECT_THAT(other->lost[0], ::testing::HasSubstr("session-cannot-be-locked"));
  // It goes on trying, and has the session when the other one lets go of it.
  inbox->receiver->close();
  ASSERT_TRUE(arrived(other, 20));
  EXPECT_EQ(other->id(0), "a0");
  EXPECT_EQ(other->messages[0].delivery_count, 0U);
}

TEST_P(ClientContract, the_next_session_comes_when_there_is_one) {
  const auto inbox = receive("sessions", "");
  loop.run_for(std::chrono::milliseconds{200});
  EXPECT_TRUE(inbox->opened.empty());
  ASSERT_EQ(sent("sessions", message("m-1", "press 9")).kind, Kind::accepted);
  ASSERT_TRUE(arrived(inbox, 1));
  EXPECT_EQ(inbox->opened, std::vector<std::string>{"press 9"});
  EXPECT_TRUE(settled(inbox, 0, {}));
}

TEST_P(ClientContract, a_session_keeps_its_lock_and_its_state) {
  ASSERT_EQ(sent("sessions", message("m-1", "press 4")).kind, Kind::accepted);
  const auto inbox = receive("sessions", "press 4");
  ASSERT_TRUE(arrived(inbox, 1));
  std::optional<Result<std::optional<Bytes>>> state;
  inbox->receiver->session_state([&](const Result<std::optional<Bytes>>& told) { state = told; });
  ASSERT_TRUE(loop.until([&] { return state.has_value(); }));
  ASSERT_TRUE(state->has_value()) << state->error().message;
  EXPECT_FALSE((*state)->has_value());
  std::optional<Result<>> done;
  inbox->receiver->set_session_state(Bytes{4, 2}, [&](const Result<>& told) { done = told; });
  ASSERT_TRUE(loop.until([&] { return done.has_value(); }));
  EXPECT_TRUE(done->has_value());

  loop.run_for(kLock + std::chrono::seconds{2});
  EXPECT_TRUE(inbox->lost.empty()) << inbox->lost[0];
  EXPECT_TRUE(settled(inbox, 0, {}));
  inbox->receiver->close();

  const auto again = receive("sessions", "press 4");
  ASSERT_TRUE(loop.until([&] { return again->opened.size() == 1; }));
  state.reset();
  again->receiver->session_state([&](const Result<std::optional<Bytes>>& told) { state = told; });
  ASSERT_TRUE(loop.until([&] { return state.has_value(); }));
  EXPECT_EQ(**state, std::optional(Bytes{4, 2}));
}

TEST_P(ClientContract, subscriptions_get_what_their_rules_match) {
  auto start = message("m-1", "operator:1");
  start.subject = "start";
  auto end = message("m-2", "operator:1");
  end.subject = "end";
  ASSERT_EQ(sent("events", start).kind, Kind::accepted);
  ASSERT_EQ(sent("events", end).kind, Kind::accepted);
  const auto all = receive("events/Subscriptions/all", "operator:1");
  const auto starts = receive("events/Subscriptions/starts");
  ASSERT_TRUE(arrived(all, 2));
  ASSERT_TRUE(arrived(starts, 1));
  loop.run_for(std::chrono::milliseconds{100});
  EXPECT_EQ(starts->messages.size(), 1U);
  EXPECT_EQ(starts->id(0), "m-1");
}

TEST_P(ClientContract, deferred_messages_do_not_come_again) {
  ASSERT_EQ(sent("plain", message("m-1")).kind, Kind::accepted);
  const auto inbox = receive("plain");
  ASSERT_TRUE(arrived(inbox, 1));
  EXPECT_TRUE(settled(inbox, 0, {.kind = Settle::defer}));
  ASSERT_EQ(sent("plain", message("m-2")).kind, Kind::accepted);
  ASSERT_TRUE(arrived(inbox, 2));
  EXPECT_EQ(inbox->id(1), "m-2");
}

TEST_P(ClientContract, who_has_another_key_is_refused) {
  client.reset();
  last_down.clear();
  write_key("wr0ng-key");
  client = make_client();
  client->start();
  ASSERT_TRUE(loop.until([&] { return last_down.contains("InvalidSignature"); })) << last_down;
  EXPECT_THAT(last_down, ::testing::Not(::testing::HasSubstr("wr0ng-key")));
  EXPECT_EQ(ups, 1);
}

TEST_P(ClientContract, senders_and_receivers_outlive_a_bus_that_is_killed) {
  for (int i = 0; i < 10; ++i)
    ASSERT_EQ(sent("sessions", message(std::to_string(i), "press 4")).kind, Kind::accepted);
  const auto inbox = receive("sessions", "press 4");
  ASSERT_TRUE(arrived(inbox, 10));
  for (size_t i = 0; i < 5; ++i) ASSERT_TRUE(settled(inbox, i, {}));
  bus.kill(SIGKILL);
  ASSERT_TRUE(loop.until([&] { return inbox->lost.size() == 1; }));
  std::optional<Result<>> result;
  inbox->receiver->settle(inbox->messages[5].lock_token, {}, [&](const Result<>& told) { result = told; });
  ASSERT_TRUE(loop.until([&] { return result.has_value(); }));
  EXPECT_EQ(result->error().kind, ErrorKind::unavailable);
  bus.start();
  ASSERT_TRUE(loop.until([&] { return ups == 2; }));
  ASSERT_TRUE(arrived(inbox, 15));
  for (size_t i = 10; i < 15; ++i) {
    EXPECT_EQ(inbox->id(i), std::to_string(i - 5));
    EXPECT_TRUE(settled(inbox, i, {}));
  }
  ASSERT_EQ(sent("sessions", message("after", "press 4")).kind, Kind::accepted);
  ASSERT_TRUE(arrived(inbox, 16));
}

INSTANTIATE_TEST_SUITE_P(Over, ClientContract, ::testing::ValuesIn(kWays),
                         [](const auto& info) { return std::string(info.param.name); });

}  // namespace
}  // namespace millrace::servicebus
