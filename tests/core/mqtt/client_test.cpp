#include "core/mqtt/client.hpp"

#include <gtest/gtest.h>
#include <filesystem>

#include <unistd.h>

#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

#include "tests/support/loop.hpp"
#include "tests/support/mosquitto.hpp"

namespace millrace::mqtt {
namespace {

Options options(const test::Mosquitto& broker, std::string client_id) {
  Options made;
  made.host = "127.0.0.1";
  made.port = broker.port();
  made.client_id = std::move(client_id);
  made.reconnect_first = Millis{50};
  made.reconnect_most = Millis{200};
  return made;
}

/// A client and what it told.
struct Peer {
  Peer(test::Loop& loop, const Options& given, const std::optional<Message>& will = {})
      : client(loop.executor(), given,
               {.on_connected = [this](uint64_t) { ++connected; },
                .on_disconnected = [this](const std::string& reason) { lost.push_back(reason); },
                .on_attempt_failed = [this](const std::string& reason) { failed.push_back(reason); },
                .make_will = [will](uint64_t) { return will; }}) {}
  void listen(const std::string& filter) {
    client.subscribe(filter, [this](const Message& message) { received.push_back(message); });
  }
  int connected = 0;
  std::vector<std::string> lost;
  std::vector<std::string> failed;
  std::vector<Message> received;
  Client client;
};

bool start(test::Loop& loop, Peer& peer) {
  const auto before = peer.connected;
  peer.client.start();
  return loop.until([&] { return peer.connected > before; });
}

TEST(MqttClient, a_message_arrives_with_its_properties_and_the_puback_completes_it) {
  const test::Mosquitto broker;
  test::Loop loop;
  Peer peer(loop, options(broker, "one"));
  peer.listen("millrace/v1/+/state");
  ASSERT_TRUE(start(loop, peer));

  const Message sent{.topic = "millrace/v1/demo/state",
                     .payload = {0, 1, 255},
                     .content_type = "application/protobuf",
                     .user_properties = {{"id", "x"}, {"base", "1"}, {"id", "twice"}}};
  std::optional<Result<>> done;
  peer.client.publish(sent, [&](Result<> result) { done = std::move(result); });
  EXPECT_FALSE(done) << "never from inside publish";
  ASSERT_TRUE(loop.until([&] { return done && !peer.received.empty(); }));
  EXPECT_TRUE(done->has_value());
  const auto& got = peer.received.front();
  EXPECT_EQ(got.topic, sent.topic);
  EXPECT_EQ(got.payload, sent.payload);
  EXPECT_EQ(got.content_type, sent.content_type);
  EXPECT_EQ(got.user_properties, sent.user_properties);
  EXPECT_FALSE(got.retained);
}

TEST(MqttClient, a_retained_message_waits_for_who_subscribes_later) {
  const test::Mosquitto broker;
  test::Loop loop;
  Peer early(loop, options(broker, "early"));
  ASSERT_TRUE(start(loop, early));
  early.client.publish(
      {.topic = "t", .payload = {7}, .content_type = {}, .user_properties = {}, .retained = true}, {});
  Peer late(loop, options(broker, "late"));
  late.listen("#");
  ASSERT_TRUE(start(loop, late));
  ASSERT_TRUE(loop.until([&] { return !late.received.empty(); }));
  EXPECT_TRUE(late.received.front().retained);
}

TEST(MqttClient, many_publishes_keep_their_order_and_never_stall_at_the_brokers_receive_maximum) {
  const test::Mosquitto broker;  // its receive maximum is 20
  test::Loop loop;
  Peer peer(loop, options(broker, "many"));
  peer.listen("n");
  ASSERT_TRUE(start(loop, peer));
  constexpr size_t kMessages = 2'000;
  size_t acknowledged = 0;
  const auto begin = std::chrono::steady_clock::now();
  for (size_t i = 0; i < kMessages; ++i) {
    Message message{
        .topic = "n", .payload = {}, .content_type = {}, .user_properties = {{"i", std::to_string(i)}}};
    peer.client.publish(std::move(message), [&](const Result<>& result) { acknowledged += result ? 1 : 0; });
  }
  ASSERT_TRUE(loop.until([&] { return acknowledged == kMessages && peer.received.size() == kMessages; }));
  const auto took = std::chrono::steady_clock::now() - begin;
  RecordProperty("milliseconds", static_cast<int>(std::chrono::duration_cast<Millis>(took).count()));
  for (size_t i = 0; i < kMessages; ++i) {
    ASSERT_EQ(peer.received[i].user_properties.front().second, std::to_string(i));
  }
  // A stall at the maximum takes Paho a second, one in Nagle's algorithm 40 ms, and there would be a hundred.
  EXPECT_LT(took, std::chrono::seconds{3});
}

TEST(MqttClient, a_broker_that_was_killed_fails_what_was_in_flight_and_is_found_again) {
  test::Mosquitto broker;
  test::Loop loop;
  Peer peer(loop, options(broker, "again"));
  peer.listen("t");
  ASSERT_TRUE(start(loop, peer));

  broker.kill();
  std::vector<Result<>> results;
  peer.client.publish({.topic = "t", .payload = {}, .content_type = {}, .user_properties = {}},
                      [&](Result<> result) { results.push_back(std::move(result)); });
  ASSERT_TRUE(loop.until([&] { return peer.lost.size() == 1 && results.size() == 1; }));
  EXPECT_FALSE(results.front());
  EXPECT_FALSE(peer.client.connected());
  peer.client.publish({.topic = "t", .payload = {}, .content_type = {}, .user_properties = {}},
                      [&](Result<> result) { results.push_back(std::move(result)); });
  ASSERT_TRUE(loop.until([&] { return results.size() == 2; }));
  ASSERT_FALSE(results.back());
  EXPECT_EQ(results.back().error().kind, ErrorKind::unavailable) << "nothing is buffered while offline";
  ASSERT_TRUE(loop.until([&] { return !peer.failed.empty(); }));

  broker.start();
  ASSERT_TRUE(loop.until([&] { return peer.connected == 2; }));
  loop.run_for(std::chrono::milliseconds{200});
  EXPECT_TRUE(peer.received.empty()) << "nothing of the connection before comes out of this one";
  peer.client.publish({.topic = "t", .payload = {}, .content_type = {}, .user_properties = {}}, {});
  EXPECT_TRUE(loop.until([&] { return !peer.received.empty(); })) << "subscribed anew";
}

TEST(MqttClient, a_connection_that_another_takes_over_publishes_the_will) {
  const test::Mosquitto broker;
  test::Loop loop;
  Peer watcher(loop, options(broker, "watcher"));
  watcher.listen("will");
  ASSERT_TRUE(start(loop, watcher));
  const Message will{.topic = "will",
                     .payload = {4, 2},
                     .content_type = "application/protobuf",
                     .user_properties = {{"connection", "1"}}};
  auto first = std::make_unique<Peer>(loop, options(broker, "same"), will);
  ASSERT_TRUE(start(loop, *first));
  Peer second(loop, options(broker, "same"));
  ASSERT_TRUE(start(loop, second));
  ASSERT_TRUE(loop.until([&] { return !watcher.received.empty() && !first->lost.empty(); }));
  first.reset();
  EXPECT_EQ(watcher.received.front().payload, will.payload);
  EXPECT_EQ(watcher.received.front().content_type, will.content_type);
  EXPECT_EQ(watcher.received.front().user_properties, will.user_properties);
}

TEST(MqttClient, stop_ends_in_good_form_and_the_will_is_not_published) {
  const test::Mosquitto broker;
  test::Loop loop;
  Peer watcher(loop, options(broker, "watcher"));
  watcher.listen("#");
  ASSERT_TRUE(start(loop, watcher));
  Peer peer(loop, options(broker, "peer"), Message{"will", {}, {}, {}});
  ASSERT_TRUE(start(loop, peer));
  bool stopped = false;
  boost::asio::co_spawn(
      loop.context(),
      [&]() -> boost::asio::awaitable<void> {
        co_await peer.client.stop();
        stopped = true;
      },
      boost::asio::detached);
  ASSERT_TRUE(loop.until([&] { return stopped; }));
  EXPECT_EQ(peer.lost.size(), 1U);
  watcher.client.publish({.topic = "after", .payload = {}, .content_type = {}, .user_properties = {}}, {});
  ASSERT_TRUE(loop.until([&] { return !watcher.received.empty(); }));
  EXPECT_EQ(watcher.received.front().topic, "after");
}

TEST(MqttClient, a_refused_publish_says_who_has_to_act) {
  const std::string file = testing::TempDir() + "acl-" + std::to_string(::getpid());
  FILE* acl = fopen(file.c_str(), "w");
  fputs("topic read #\n", acl);
  fclose(acl);
  {
    const test::Mosquitto broker("acl_file " + file);
    test::Loop loop;
    Peer peer(loop, options(broker, "peer"));
    ASSERT_TRUE(start(loop, peer));
    std::optional<Result<>> done;
    peer.client.publish({.topic = "t", .payload = {}, .content_type = {}, .user_properties = {}},
                        [&](Result<> result) { done = std::move(result); });
    ASSERT_TRUE(loop.until([&] { return done.has_value(); }));
    ASSERT_FALSE(*done);
    EXPECT_EQ(done->error().kind, ErrorKind::unauthorised) << done->error().message;
    EXPECT_TRUE(peer.client.connected());
  }
  ::unlink(file.c_str());
}

TEST(MqttClient, a_client_without_a_broker_keeps_trying) {
  Options given;
  given.host = "127.0.0.1";
  given.port = test::free_port();
  given.client_id = "alone";
  given.reconnect_first = given.reconnect_most = Millis{20};
  test::Loop loop;
  Peer peer(loop, given);
  peer.client.start();
  EXPECT_TRUE(loop.until([&] { return peer.failed.size() >= 3; }));
  EXPECT_EQ(peer.connected, 0);
  EXPECT_TRUE(peer.lost.empty());
}

/// A self-signed certificate for 127.0.0.1 and its key, in files that go away with the test.
struct Certificate {
  Certificate() : folder(testing::TempDir() + "tls-" + std::to_string(::getpid())) {
    std::filesystem::create_directories(folder);
    auto* key = EVP_EC_gen("P-256");
    auto* made = X509_new();
    X509_set_version(made, 2);
    ASN1_INTEGER_set(X509_get_serialNumber(made), 1);
    X509_gmtime_adj(X509_getm_notBefore(made), 0);
    X509_gmtime_adj(X509_getm_notAfter(made), 3'600);
    X509_set_pubkey(made, key);
    X509_NAME_add_entry_by_txt(X509_get_subject_name(made), "CN", MBSTRING_ASC,
                               reinterpret_cast<const unsigned char*>("broker"), -1, -1, 0);
    X509_set_issuer_name(made, X509_get_subject_name(made));
    auto* names = X509V3_EXT_conf_nid(nullptr, nullptr, NID_subject_alt_name, "IP:127.0.0.1");
    X509_add_ext(made, names, -1);
    X509_EXTENSION_free(names);
    X509_sign(made, key, EVP_sha256());
    FILE* out = fopen(certificate().c_str(), "w");
    PEM_write_X509(out, made);
    fclose(out);
    out = fopen(private_key().c_str(), "w");
    PEM_write_PrivateKey(out, key, nullptr, nullptr, 0, nullptr, nullptr);
    fclose(out);
    X509_free(made);
    EVP_PKEY_free(key);
    // Mosquitto reads them after it has dropped root.
    for (const auto& file : {certificate(), private_key()}) {
      std::filesystem::permissions(file, std::filesystem::perms::others_read,
                                   std::filesystem::perm_options::add);
    }
  }
  ~Certificate() { std::filesystem::remove_all(folder); }
  Certificate(const Certificate&) = delete;
  Certificate& operator=(const Certificate&) = delete;
  std::string certificate() const { return folder + "/broker.pem"; }
  std::string private_key() const { return folder + "/broker.key"; }
  std::string settings() const {
    return "certfile " + certificate() + "\nkeyfile " + private_key() + "\ntls_version tlsv1.2";
  }
  std::string folder;
};

TEST(MqttClient, tls_connects_only_to_the_broker_that_the_ca_vouches_for) {
  const Certificate certificate;
  const test::Mosquitto broker(certificate.settings());
  test::Loop loop;
  auto given = options(broker, "tls");
  given.tls = Tls{.ca = certificate.certificate(), .certificate = {}, .key = {}};
  Peer peer(loop, given);
  peer.listen("t");
  ASSERT_TRUE(start(loop, peer)) << (peer.failed.empty() ? "" : peer.failed.back());
  peer.client.publish({.topic = "t", .payload = {1}, .content_type = {}, .user_properties = {}}, {});
  EXPECT_TRUE(loop.until([&] { return !peer.received.empty(); }));

  given.tls->ca = "/etc/ssl/certs/ca-certificates.crt";
  given.client_id = "stranger";
  Peer stranger(loop, given);
  stranger.client.start();
  EXPECT_TRUE(loop.until([&] { return !stranger.failed.empty(); }));
  EXPECT_EQ(stranger.connected, 0);

  given.tls->ca = certificate.certificate();
  given.host = "localhost";  // the certificate is for 127.0.0.1
  given.client_id = "by-another-name";
  Peer renamed(loop, given);
  renamed.client.start();
  EXPECT_TRUE(loop.until([&] { return !renamed.failed.empty(); }));
  EXPECT_EQ(renamed.connected, 0);
}

TEST(TopicMatches, follows_the_standard) {
  EXPECT_TRUE(topic_matches("a/b", "a/b"));
  EXPECT_FALSE(topic_matches("a/b", "a/b/c"));
  EXPECT_FALSE(topic_matches("a/b/c", "a/b"));
  EXPECT_TRUE(topic_matches("a/+/c", "a/b/c"));
  EXPECT_TRUE(topic_matches("a/+", "a/"));
  EXPECT_FALSE(topic_matches("a/+", "a"));
  EXPECT_TRUE(topic_matches("a/#", "a"));
  EXPECT_TRUE(topic_matches("a/#", "a/b/c"));
  EXPECT_TRUE(topic_matches("#", "a/b/c"));
  EXPECT_TRUE(topic_matches("+/+", "/finance"));
  EXPECT_FALSE(topic_matches("+", "/finance"));
  EXPECT_FALSE(topic_matches("#", "$SYS/broker"));
  EXPECT_FALSE(topic_matches("+/broker", "$SYS/broker"));
  EXPECT_TRUE(topic_matches("$SYS/#", "$SYS/broker"));
}

}  // namespace
}  // namespace millrace::mqtt
