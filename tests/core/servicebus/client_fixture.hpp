// A client and the scripted service that it talks to, on one loop.
#pragma once

#include <map>
#include <optional>

#include <boost/asio/io_context.hpp>

#include "core/servicebus/client.hpp"
#include "scripted_service.hpp"

namespace millrace::servicebus {

/// The machine's, and as far ahead of it as a test says. Once it stands still only the test turns it: what is
/// due by it is due on a machine that stalls too, and nothing else.
class AheadClock final : public Clock {
 public:
  WallTime wall() const override {
    ++asked;
    return wall_.value_or(machines_.wall()) + ahead;
  }
  MonoTime mono() const override {
    ++asked;
    return mono_.value_or(machines_.mono()) + ahead;
  }
  ClockState state() const override { return machines_.state(); }
  void stand_still() {
    wall_ = wall_.value_or(machines_.wall());
    mono_ = mono_.value_or(machines_.mono());
  }
  Millis ahead{0};
  mutable int asked = 0;

 private:
  SystemClock machines_;
  std::optional<WallTime> wall_;  // where it stands still
  std::optional<MonoTime> mono_;
};

class ClientTest : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(service_.listener.start("127.0.0.1", 0));
    port_ = service_.listener.port();
    make_client();
  }
  void make_client() {
    Client::Options options;
    options.endpoint = {.host = "plant.example", .port = 5672, .tls = false};
    options.endpoint.resolve = [this](std::string /*host*/, uint16_t /*port*/)
        -> boost::asio::awaitable<Result<std::vector<boost::asio::ip::tcp::endpoint>>> {
      co_return std::vector{
          boost::asio::ip::tcp::endpoint{boost::asio::ip::make_address("127.0.0.1"), port_}};
    };
    options.audience = fmt::format("sb://127.0.0.1:{}/", service_.listener.port());
    options.credential = credential_;
    options.entities = entities_;
    options.container_id = "relay";
    options.times.check = std::chrono::milliseconds{10};
    options.times.credit = kCredit;
    options.times.quiet = quiet_;
    client_ = std::make_unique<Client>(loop_.get_executor(), std::move(options), clock_,
                                       Client::Events{.on_up = [this] { ++ups_; },
                                                      .on_down =
                                                          [this](std::string why) {
                                                            downs_.push_back(std::move(why));
                                                            if (on_down_) on_down_();
                                                          },
                                                      .on_trouble =
                                                          [this](const Trouble& trouble) {
                                                            troubles_.push_back(trouble);
                                                            if (on_trouble_) on_trouble_();
                                                          }});
  }
  void TearDown() override {
    client_->stop();
    service_.listener.stop();
    if (service_.connection) service_.connection->abort();
    for (int i = 0; i < 50; ++i) {
      loop_.restart();
      loop_.run_one_for(std::chrono::milliseconds(1));
    }
  }
  template <class Reached>
  void run_until(Reached reached) {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(30);
    while (!reached()) {
      loop_.restart();
      loop_.run_one_for(std::chrono::milliseconds(100));
      ASSERT_LT(std::chrono::steady_clock::now(), deadline) << "it never happened";
    }
  }
  void send(const std::string& id, const std::string& entity = "events") {
    client_->send(entity,
                  {.message_id = id,
                   .session_id = "operator:1",
                   .subject = "t",
                   .content_type = "application/protobuf",
                   .application_properties = {{"cloudEvents_id", id}},
                   .body = {1, 2}},
                  [this, id](Outcome outcome) { outcomes_[id] = std::move(outcome); });
  }

  /// As `send`, and the service takes it.
  void deliver(const std::string& id) {
    const auto before = service_.arrived.size();
    send(id);
    run_until([&] { return service_.arrived.size() > before; });
    const auto& last = service_.arrived.back();
    last.link->settle(last.incoming.id, amqp::Outcome::accepted());
    run_until([&] { return outcomes_.contains(id); });
    EXPECT_EQ(outcomes_[id].kind, Outcome::Kind::accepted) << outcomes_[id].reason;
  }
  std::vector<TroubleKind> kinds() const {
    std::vector<TroubleKind> kinds;
    kinds.reserve(troubles_.size());
    for (const auto& trouble : troubles_) kinds.push_back(trouble.kind);
    return kinds;
  }

  /// Longer than a machine stalls; who waits for it turns the clock.
  static constexpr Millis kCredit{30'000};
  boost::asio::io_context loop_;
  AheadClock clock_;
  std::shared_ptr<ScriptedCredential> credential_ = std::make_shared<ScriptedCredential>(clock_);
  ScriptedService service_{loop_};
  std::unique_ptr<Client> client_;
  int ups_ = 0;
  std::vector<std::string> downs_;
  std::vector<Trouble> troubles_;
  uint16_t port_ = 0;  // where the name leads
  Millis quiet_ = Times{}.quiet;
  std::vector<std::string> entities_{"events"};
  std::function<void()> on_down_;
  std::function<void()> on_trouble_;
  std::map<std::string, Outcome> outcomes_;
};

}  // namespace millrace::servicebus
