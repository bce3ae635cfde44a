#include "edge/publish/publisher.hpp"

#include <bit>
#include <utility>
#include <variant>

#include <fmt/format.h>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "core/base/crypto.hpp"
#include "core/base/log.hpp"
#include "edge/publish/messages.hpp"
#include "edge/publish/watch.hpp"
#include "proto/mqtt_mapping.hpp"

namespace millrace::edge {
namespace {

using delivery::Sender;

/// Records read from the log at once; bounds how long the loop is away in the database.
constexpr size_t kMostRecordsPerRead = 64;
/// How often the log, the alarms and the metrics are looked at without any event.
constexpr Millis kLookEvery{1'000};
/// The retained EdgeState is for people: this often is enough.
constexpr Millis kSayStateEvery{10'000};
/// Before opening a new stream is tried again, when it failed (a full disk).
constexpr Millis kOpenStreamAgainAfter{10'000};
constexpr Millis kSayOfflineWithin{1'000};

uint64_t random_number() {
  std::array<uint8_t, 8> bytes{};
  random_bytes(bytes);
  return std::bit_cast<uint64_t>(bytes);
}

mqtt::Options named(mqtt::Options broker, const PublisherOptions& options) {
  if (broker.client_id.empty())
    broker.client_id = fmt::format("millrace-edge-{}-{}", options.site, options.edge);
  return broker;
}

}  // namespace

class Publisher::State : public std::enable_shared_from_this<State> {
 public:
  State(Parts parts, PublisherOptions options, Listeners listeners)
      : parts_(std::move(parts)),
        options_(std::move(options)),
        listeners_(std::move(listeners)),
        client_(
            parts_.loop, named(options_.broker, options_),
            {.on_connected = [this](uint64_t connection) { connected(connection); },
             .on_disconnected = [this](const std::string& reason) { disconnected(reason); },
             .on_attempt_failed =
                 [](const std::string& reason) { log::warn("mqtt.connect_failed", {{"reason", reason}}); },
             .make_will =
                 [this](uint64_t connection) { return std::optional(state_message(false, connection)); }}),
        sender_(options_.limits, random_number),
        links_(parts_.clock.wall()),
        watch_(parts_.metrics, parts_.alarms, parts_.outbox.quota_bytes()),
        deadline_(parts_.loop),
        look_(parts_.loop) {}

  Result<> start() {
    const auto position = store::read(parts_.reader, delivery::read_position);
    if (!position) return std::unexpected(position.error());
    if (const auto& at = *position; at) sender_.restart(*at, now());
    client_.subscribe(receipt_topic(options_.site, options_.edge),
                      [this](const mqtt::Message& message) { receipt_arrived(message); });
    client_.subscribe(relay_state_filter(options_.site),
                      [this](const mqtt::Message& message) { relay_state_arrived(message); });
    client_.start();
    look();
    return {};
  }

  boost::asio::awaitable<void> stop() {
    stopped_ = true;
    deadline_.cancel();
    look_.cancel();
    if (client_.connected()) {
      boost::asio::steady_timer said(parts_.loop, kSayOfflineWithin);
      client_.publish(state_message(false, connection_), [&said](const Result<>&) { said.cancel(); });
      co_await said.async_wait(boost::asio::as_tuple(boost::asio::use_awaitable));
    }
    co_await client_.stop();
  }

  void wake() {
    refresh();
    pump();
  }

  const Links& links() const { return links_; }
  Result<delivery::Backlog> backlog() const { return store::read(parts_.reader, delivery::read_backlog); }

 private:
  MonoTime now() const { return parts_.clock.mono(); }

  // The broker.

  void connected(uint64_t connection) {
    connection_ = connection;
    log::info("mqtt.connected", {{"host", options_.broker.host}, {"port", options_.broker.port}});
    if (links_.broker(true, parts_.clock.wall())) links_changed();
    say_state();
    refresh();
    sender_.connected(now());
    pump();
  }

  void disconnected(const std::string& reason) {
    log::warn("mqtt.disconnected", {{"reason", reason}});
    sender_.disconnected();
    if (links_.broker(false, parts_.clock.wall())) links_changed();
  }

  void relay_state_arrived(const mqtt::Message& message) {
    const auto relay = relay_in_topic(message.topic);
    const auto state = decode_relay_state(message.payload);
    if (!state) return watch_.unreadable(message.topic, state.error());
    if (links_.relay(relay, *state, parts_.clock.wall())) links_changed();
    if (state->online) sender_.relay_seen(state->instance, now());
    pump();
  }

  void links_changed() {
    watch_.links(links_);
    if (listeners_.on_links) listeners_.on_links();
  }

  mqtt::Message state_message(bool online, uint64_t connection) const {
    EdgeState state;
    state.online = online;
    state.stream_id = sender_.stream_id();
    state.connection = connection;
    if (online) {
      state.base = sender_.base();
      state.next_sequence = sender_.next_sequence();
      state.version = options_.version;
      state.at = parts_.clock.wall();
    }
    return {.topic = state_topic(options_.site, options_.edge),
            .payload = encode(state),
            .content_type = std::string(kProtobuf),
            .user_properties = {},
            .retained = true};
  }

  void say_state() {
    state_said_ = {sender_.base(), sender_.next_sequence()};
    state_said_at_ = now();
    client_.publish(state_message(true, connection_), {});
  }

  // The log to the broker.

  /// Learns what was recorded since the last look.
  void refresh() {
    const auto position = store::read(parts_.reader, delivery::read_position);
    if (!position) return log_failed(position.error());
    watch_.log_read({});
    const auto& at = *position;
    if (!at || leaving_) return;
    if (at->stream_id != sender_.stream_id()) {
      sender_.restart(*at, now());
    } else {
      sender_.appended(at->last_sequence, now());
    }
  }

  void pump() {
    while (!stopped_) {
      const auto range = sender_.next();
      if (!range) break;
      const auto records = store::read(parts_.reader, [&](store::Connection& db) {
        return delivery::read_records(db, range->from, std::min(range->most_records, kMostRecordsPerRead),
                                      range->most_bytes);
      });
      if (!records) return log_failed(records.error());
      if (records->empty()) break;  // the next one does not fit into the window's bytes
      for (const auto& record : *records) {
        if (!publish(record)) return;
      }
    }
    arm();
  }

  bool publish(const delivery::StoredRecord& record) {
    auto mapped = proto::to_mqtt(record.event, options_.site, options_.edge, sender_.base());
    if (!mapped) {
      // Never skipped: what follows would not fit the chain.
      watch_.raise("record-unpublishable",
                   fmt::format("record {}: {}", record.sequence, mapped.error().message));
      return false;
    }
    mqtt::Message message{.topic = std::move(mapped->topic),
                          .payload = std::move(mapped->payload),
                          .content_type = std::move(mapped->content_type),
                          .user_properties = std::move(mapped->user_properties)};
    client_.publish(std::move(message), [this, connection = connection_](const Result<>& result) {
      if (connection == connection_ && client_.connected()) publish_answered(result);
    });
    watch_.published();
    sender_.sent(record.sequence, record.size_bytes, now());
    return true;
  }

  void publish_answered(const Result<>& result) {
    watch_.answered(result);
    sender_.acknowledged();  // the timer sends a refused one again
    pump();
  }

  void log_failed(const Error& error) { watch_.log_read(std::unexpected(error)); }

  // Receipts into the log.

  void receipt_arrived(const mqtt::Message& message) {
    const auto receipt = decode_receipt(message.payload);
    if (!receipt) return watch_.unreadable(message.topic, receipt.error());
    const auto own_hash = store::read(parts_.reader, [&](store::Connection& db) {
      return delivery::read_hash(db, receipt->settled_through);
    });
    if (!own_hash) return log_failed(own_hash.error());
    refresh();
    if (receipt->stream_id == sender_.stream_id()) watch_.halted(receipt->halted);
    act(sender_.receipt(*receipt, *own_hash, now()));
    pump();
  }

  void act(const Sender::Verdict& verdict) {
    if (const auto* settle = std::get_if<Sender::Settle>(&verdict)) commit(*settle);
    if (const auto* leave = std::get_if<Sender::OpenNewStream>(&verdict)) open_new_stream(leave->reason);
  }

  void commit(const Sender::Settle& settle) {
    auto settled = std::make_shared<delivery::Settled>();
    parts_.writer.submit(
        [&outbox = parts_.outbox, settle, settled](store::Connection& db) -> Result<> {
          auto result = outbox.settle(db, settle.stream_id, settle.through, settle.hash, settle.parkings);
          if (!result) return std::unexpected(result.error());
          *settled = std::move(*result);
          return {};
        },
        [weak = weak_from_this(), settled](const Result<>& committed) {
          if (const auto self = weak.lock(); self && !self->closed_) self->committed(committed, *settled);
        });
  }

  void committed(const Result<>& result, const delivery::Settled& settled) {
    if (!result) {
      log::error("outbox.settle_failed", {{"error", result.error().message}});
      sender_.settle_failed();
      return;
    }
    watch_.settled(settled);
    act(sender_.settled(settled, now()));
    if (listeners_.on_settled) listeners_.on_settled(settled);
    pump();
  }

  /// Rule 4: this disk is not the one that the relay knows.
  void open_new_stream(const std::string& reason) {
    leaving_ = true;
    watch_.raise("stream-replaced", reason);
    auto position = std::make_shared<delivery::StreamPosition>();
    parts_.writer.submit(
        [&outbox = parts_.outbox, &clock = parts_.clock, site = options_.site, edge = options_.edge,
         position](store::Connection& db) -> Result<> {
          auto opened = outbox.open_new_stream(db, [&](const auto& old, const auto& fresh) {
            return stream_opening(site, edge, old, fresh, clock.wall());
          });
          if (!opened) return std::unexpected(opened.error());
          *position = *opened;
          return {};
        },
        [weak = weak_from_this(), position, reason](const Result<>& opened) {
          if (const auto self = weak.lock(); self && !self->closed_) self->opened(opened, *position, reason);
        });
  }

  void opened(const Result<>& result, const delivery::StreamPosition& position, const std::string& reason) {
    if (!result) {
      log::error("outbox.new_stream_failed", {{"error", result.error().message}});
      leave_again_ = Retry{now() + kOpenStreamAgainAfter, reason};
      return;
    }
    log::warn("outbox.new_stream", {{"stream", position.stream_id.string()}, {"reason", reason}});
    leaving_ = false;
    sender_.restart(position, now());
    refresh();
    say_state();
    pump();
  }

  // Time.

  void arm() {
    const auto at = stopped_ ? std::nullopt : sender_.deadline();
    if (at == armed_for_) return;
    armed_for_ = at;
    deadline_.cancel();
    if (!at) return;
    deadline_.expires_after(*at - now());
    deadline_.async_wait([weak = weak_from_this()](boost::system::error_code cancelled) {
      const auto self = weak.lock();
      if (!self || self->closed_ || cancelled) return;
      self->armed_for_.reset();
      self->sender_.tick(self->now());
      self->pump();
    });
  }

  void look() {
    refresh();
    pump();
    if (leave_again_ && now() >= leave_again_->at) {
      const auto reason = std::move(leave_again_->reason);
      leave_again_.reset();
      open_new_stream(reason);
    }
    const bool moved = state_said_ != std::pair(sender_.base(), sender_.next_sequence());
    if (client_.connected() && moved && now() - state_said_at_ >= kSayStateEvery) say_state();
    if (const auto state = backlog()) watch_.look(sender_, *state, links_, now(), parts_.clock.wall());
    look_.expires_after(kLookEvery);
    look_.async_wait([weak = weak_from_this()](boost::system::error_code cancelled) {
      if (const auto self = weak.lock(); self && !self->closed_ && !cancelled) self->look();
    });
  }

  Parts parts_;
  PublisherOptions options_;
  Listeners listeners_;
  mqtt::Client client_;
  Sender sender_;
  Links links_;
  Watch watch_;
  boost::asio::steady_timer deadline_;  // the sender's
  std::optional<MonoTime> armed_for_;
  boost::asio::steady_timer look_;
  uint64_t connection_ = 0;
  bool leaving_ = false;  // from OpenNewStream until the new stream is committed
  struct Retry {
    MonoTime at;
    std::string reason;
  };
  std::optional<Retry> leave_again_;
  std::pair<uint64_t, uint64_t> state_said_;  // base and next sequence in the last EdgeState
  MonoTime state_said_at_;
  bool stopped_ = false;

  friend class Publisher;
  bool closed_ = false;
};

Publisher::Publisher(Parts parts, PublisherOptions options, Listeners listeners)
    : state_(std::make_shared<State>(std::move(parts), std::move(options), std::move(listeners))) {}

Publisher::~Publisher() {
  state_->closed_ = true;
}

Result<> Publisher::start() {
  return state_->start();
}
boost::asio::awaitable<void> Publisher::stop() {
  const auto state = state_;
  co_await state->stop();
}
void Publisher::wake() {
  state_->wake();
}
Link Publisher::plant_link() const {
  return state_->links().plant();
}
Link Publisher::centre_link() const {
  return state_->links().centre();
}

std::map<std::string, Link> Publisher::relays() const {
  return state_->links().relays();
}
Result<delivery::Backlog> Publisher::backlog() const {
  return state_->backlog();
}

}  // namespace millrace::edge
