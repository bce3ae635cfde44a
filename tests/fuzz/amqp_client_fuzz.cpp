// Whatever a client sends on its connection, the bus answers it or ends the connection, and goes on.
#include <memory>

#include <boost/asio/io_context.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "core/base/log.hpp"
#include "emulator/entities/entities_file.hpp"
#include "emulator/protocol/amqp_server.hpp"
#include "emulator/protocol/edit_codec.hpp"
#include "emulator/protocol/message_codec.hpp"
#include "emulator/store/catalogue.hpp"
#include "tests/fuzz/fuzz.hpp"

using namespace millrace;
namespace asio = boost::asio;
using boost::system::error_code;

namespace {

constexpr auto kEntities = R"({"UserConfig": {"Namespaces": [{"Name": "fuzz",
  "Queues": [{"Name": "plain", "Properties": {"MaxDeliveryCount": 3}},
             {"Name": "sessions", "Properties": {"RequiresSession": true, "RequiresDuplicateDetection": true}}],
  "Topics": [{"Name": "topic", "Subscriptions": [{"Name": "all"}]}]}]}})";
/// After so many inputs a bus is made anew: what was sent stays in it.
constexpr int kInputsOfOneBus = 400;
constexpr std::chrono::seconds kEndsWithin{30};

/// Gives out one frame at a time, each when all that came of the ones before is on disk.
class Input final : public net::Wire {
 public:
  Input(asio::io_context& loop, bus::BusStore& store, BytesView bytes)
      : loop_(loop), store_(store), left_(bytes), wake_(loop) {}

  asio::awaitable<size_t> read(asio::mutable_buffer into, error_code& failed) override {
    wake_.expires_at(asio::steady_timer::time_point::max());
    store_.commit({}, [this] { wake_.cancel(); });
    error_code woken;
    co_await wake_.async_wait(asio::redirect_error(asio::use_awaitable, woken));
    if (left_.empty() || closed_) {
      failed = asio::error::eof;
      co_return 0;
    }
    const auto part = left_.first(std::min({frame(), left_.size(), into.size()}));
    std::ranges::copy(part, static_cast<uint8_t*>(into.data()));
    left_ = left_.subspan(part.size());
    co_return part.size();
  }
  asio::awaitable<void> write(asio::const_buffer /*from*/, error_code& /*failed*/) override { co_return; }
  asio::awaitable<void> finish() override { co_return; }
  void close() override { closed_ = true; }
  asio::any_io_executor executor() override { return loop_.get_executor(); }

 private:
  size_t frame() const {
    constexpr size_t kHeader = 8;
    if (left_.size() < kHeader || left_[0] == 'A') return kHeader;
    return std::max<size_t>(kHeader, size_t{left_[1]} << 16U | size_t{left_[2]} << 8U | left_[3]);
  }

  asio::io_context& loop_;
  bus::BusStore& store_;
  BytesView left_;
  asio::steady_timer wake_;
  bool closed_ = false;
};

struct Bus {
  Bus() {
    // What is looked for here is not on the disk.
    store = std::make_unique<bus::BusStore>(bus::BusStore::in_memory());
    broker = bus::load_broker(
                 *store, bus::parse_entities(kEntities, "fuzz").definitions, clock.wall(),
                 [this] { return token(); }, bus::read_stored, bus::edit_stored)
                 .value();
    access = std::make_unique<bus::Access>(std::vector<bus::AccessRule>{}, *broker);
    durable = std::make_unique<bus::DurableBroker>(loop, clock, *broker, *store);
    server = std::make_unique<bus::AmqpServer>(
        bus::BusParts{loop, clock, *durable, *access, faults, bus::BusMetrics(registry)});
    store->start(loop.get_executor());
  }
  ~Bus() {
    durable->stop();
    store->stop();
    loop.restart();
    loop.poll();
  }
  Uuid token() {
    Uuid out;
    out.bytes[15] = ++tokens;
    return out;
  }
  void take(BytesView bytes) {
    server->take(std::make_unique<Input>(loop, *store, bytes));
    const auto end = std::chrono::steady_clock::now() + kEndsWithin;
    while (!server->is_idle()) {
      fuzz::require(std::chrono::steady_clock::now() < end, "the connection does not end");
      loop.restart();
      loop.run_one_for(std::chrono::milliseconds{100});
    }
    loop.restart();
    loop.poll();
  }

  uint8_t tokens = 0;
  asio::io_context loop{1};
  ManualClock clock;
  metrics::Registry registry;
  bus::Faults faults{clock};
  std::unique_ptr<bus::BusStore> store;
  std::unique_ptr<bus::Broker> broker;
  std::unique_ptr<bus::Access> access;
  std::unique_ptr<bus::DurableBroker> durable;
  std::unique_ptr<bus::AmqpServer> server;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static std::unique_ptr<Bus> bus;
  static int taken = 0;
  if (!bus || ++taken % kInputsOfOneBus == 0) {
    log::set_level("error");
    bus.reset();
    bus = std::make_unique<Bus>();
  }
  bus->take(BytesView(data, size));
  return 0;
}
