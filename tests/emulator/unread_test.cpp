// A receiver that gives credit and does not read takes no more memory than one that does.
#include <optional>

#include <gtest/gtest.h>
#include <boost/asio/local/connect_pair.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "core/amqp/message.hpp"
#include "emulator/protocol/amqp_server.hpp"
#include "emulator/protocol/edit_codec.hpp"
#include "emulator/protocol/message_codec.hpp"
#include "emulator/store/catalogue.hpp"

namespace millrace::bus {
namespace {

namespace asio = boost::asio;

constexpr uint32_t kHugeCredit = 1U << 30U;
constexpr size_t kMessages = 2000;

/// The bus's end of a stream, on which writes wait while it is shut.
class Gate final : public net::Wire {
 public:
  Gate(std::unique_ptr<net::Wire> wire, const bool& is_shut)
      : wire_(std::move(wire)), is_shut_(is_shut), opened_(wire_->executor()) {}
  asio::awaitable<size_t> read(asio::mutable_buffer into, boost::system::error_code& failed) override {
    co_return co_await wire_->read(into, failed);
  }
  asio::awaitable<void> write(asio::const_buffer from, boost::system::error_code& failed) override {
    while (is_shut_) {
      opened_.expires_after(std::chrono::milliseconds{1});
      co_await opened_.async_wait(asio::use_awaitable);
    }
    co_await wire_->write(from, failed);
  }
  asio::awaitable<void> finish() override { co_await wire_->finish(); }
  void close() override { wire_->close(); }
  asio::any_io_executor executor() override { return wire_->executor(); }

 private:
  std::unique_ptr<net::Wire> wire_;
  const bool& is_shut_;
  asio::steady_timer opened_;
};

class UnreadTest : public testing::Test {
 protected:
  UnreadTest() {
    Definitions definitions;
    definitions.queues = {{"orders", {}, {}}};
    broker_ =
        load_broker(
            store_, definitions, clock_.wall(), [this] { return new_token(); }, read_stored, edit_stored)
            .value();
    durable_.emplace(loop_, clock_, *broker_, store_);
    store_.start(loop_.get_executor());
    access_.emplace(std::vector<AccessRule>{}, *broker_);
    server_.emplace(BusParts{loop_, clock_, *durable_, *access_, faults_, BusMetrics(registry_)});
    asio::local::stream_protocol::socket ours(loop_);
    asio::local::stream_protocol::socket theirs(loop_);
    asio::local::connect_pair(ours, theirs);
    server_->take(std::make_unique<Gate>(net::wire_over(std::move(theirs)), is_shut_));
    client_ = amqp::Connection::connect(loop_.get_executor(), net::wire_over(std::move(ours)),
                                        {.container_id = "client", .hostname = "bus"}, {});
  }
  ~UnreadTest() override {
    is_shut_ = false;
    client_->abort();
    run_until([&] { return server_->is_idle(); });
    durable_->stop();
  }
  Uuid new_token() {
    ++tokens_;
    Uuid token;
    token.bytes[14] = static_cast<uint8_t>(tokens_ >> 8U);
    token.bytes[15] = static_cast<uint8_t>(tokens_);
    return token;
  }
  Queue& queue() { return *broker_->queue("orders"); }
  void fill(size_t count, size_t bytes) {
    amqp::Message message;
    message.value = amqp::Binary{Bytes(bytes)};
    const auto encoded = amqp::encode_message(message);
    size_t sent = 0;
    for (size_t i = 0; i < count; ++i) {
      durable_->send("orders", {read_incoming(encoded, [this] { return new_token(); }).value()},
                     [&](const Answer<Broker::Sent>& answer) { sent += answer->accepted; });
    }
    run_until([&] { return sent == count; });
    filled_ += count;
  }
  /// Attaches, gives the credit once nothing goes out any more, and lets the bus do what it will.
  void receive_behind_the_gate(amqp::SenderMode mode = amqp::SenderMode::mixed) {
    bool is_open = false;
    const auto before = in_hand();
    const auto name = "r" + std::to_string(++receivers_);
    receiver_ = client_->open_receiver(name, {.source = "orders", .target = name, .sender_mode = mode});
    receiver_->on_open = [&] { is_open = true; };
    receiver_->on_message = [this](const amqp::Incoming&) { ++received_; };
    run_until([&] { return is_open; });
    is_shut_ = true;
    receiver_->add_credit(kHugeCredit);
    run_until([&] { return in_hand() > before; });
    for (int turn = 0; turn < 100; ++turn) run_once();
  }
  /// Locked, or deleted to be sent.
  size_t in_hand() { return filled_ - queue().size() + queue().locked(); }
  void run_once() {
    loop_.restart();
    loop_.run_one_for(std::chrono::milliseconds(10));
  }
  template <class Reached>
  void run_until(Reached reached) {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    while (!reached()) {
      run_once();
      ASSERT_LT(std::chrono::steady_clock::now(), deadline) << "it never happened";
    }
  }

  asio::io_context loop_;
  ManualClock clock_;
  metrics::Registry registry_;
  Faults faults_{clock_};
  BusStore store_ = BusStore::in_memory();
  std::unique_ptr<Broker> broker_;
  std::optional<DurableBroker> durable_;
  std::optional<Access> access_;
  std::optional<AmqpServer> server_;
  std::shared_ptr<amqp::Connection> client_;
  amqp::LinkPtr receiver_;
  bool is_shut_ = false;
  uint32_t tokens_ = 0;
  size_t filled_ = 0;
  size_t received_ = 0;
  size_t receivers_ = 0;
};

TEST_F(UnreadTest, small_messages_wait_in_their_queue_beyond_a_number_and_go_on_when_it_reads) {
  fill(kMessages, 1);
  receive_behind_the_gate();
  EXPECT_EQ(in_hand(), amqp::kUnreadMessagesMost);
  is_shut_ = false;
  run_until([&] { return received_ == kMessages; });
}

TEST_F(UnreadTest, large_messages_wait_in_their_queue_beyond_a_number_of_bytes_and_go_on_when_it_reads) {
  constexpr size_t kBytes = size_t{128} * 1024;
  constexpr size_t kCount = 64;
  fill(kCount, kBytes);
  receive_behind_the_gate();
  // Each is a little longer than its body.
  EXPECT_EQ(in_hand(), amqp::kUnreadBytesMost / kBytes);
  is_shut_ = false;
  run_until([&] { return received_ == kCount; });
}

TEST_F(UnreadTest, deletions_on_their_way_count_to_what_waits_for_a_receiver) {
  constexpr size_t kBytes = size_t{128} * 1024;
  constexpr size_t kCount = 64;
  fill(kCount, kBytes);
  receive_behind_the_gate(amqp::SenderMode::settled);
  EXPECT_GE(in_hand(), 1U);
  EXPECT_LE(in_hand(), 2 * amqp::kUnreadBytesMost / kBytes) << "the store may answer in two parts";
  is_shut_ = false;
  run_until([&] { return received_ == kCount; });
}

TEST_F(UnreadTest, what_comes_back_when_its_lock_expires_waits_too) {
  fill(kMessages, 1);
  receive_behind_the_gate();
  clock_.advance(std::chrono::minutes{2});
  durable_->clock_changed();
  for (int turn = 0; turn < 100; ++turn) run_once();
  EXPECT_EQ(in_hand(), 0U);
  is_shut_ = false;
  run_until([&] { return received_ >= kMessages; });
}

}  // namespace
}  // namespace millrace::bus
