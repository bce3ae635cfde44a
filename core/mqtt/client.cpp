#include "core/mqtt/client.hpp"

#include <deque>
#include <map>
#include <utility>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "core/base/backoff.hpp"
#include "core/base/crypto.hpp"
#include "core/mqtt/inbox.hpp"
#include "core/mqtt/no_delay.hpp"
#include "core/mqtt/paho_link.hpp"

namespace millrace::mqtt {
namespace {

/// Items handled before the loop's other work gets its turn.
constexpr int kMostItemsPerTurn = 128;
/// A connection that held this long was a good one: the next wait begins from the shortest again.
constexpr Millis kStableAfter{5'000};
/// Beyond the connect timeout, for the answers to the subscriptions.
constexpr Millis kSubscribeWithin{5'000};
constexpr Millis kStopWithin{2'000};

uint64_t random_number() {
  std::array<uint8_t, 8> bytes{};
  random_bytes(bytes);
  return std::bit_cast<uint64_t>(bytes);
}

}  // namespace

struct Client::State : std::enable_shared_from_this<Client::State> {
  enum class Phase { idle, connecting, subscribing, up, waiting, stopping, stopped };
  struct Subscription {
    std::string filter;
    MessageHandler handler;
  };
  struct Queued {
    Message message;
    Published done;
  };

  State(boost::asio::any_io_executor on, Options given, Handlers to)
      : loop(std::move(on)),
        options(std::move(given)),
        handlers(std::move(to)),
        backoff(options.reconnect_first, options.reconnect_most),
        timer(loop) {}

  void open() {
    inbox = std::make_shared<Inbox>(options.most_inbound_messages, options.most_inbound_bytes,
                                    [weak = weak_from_this(), to = loop] {
                                      boost::asio::post(to, [weak] {
                                        if (const auto self = weak.lock()) self->drain();
                                      });
                                    });
  }

  void connect() {
    phase = Phase::connecting;
    ++attempts;
    const auto will = handlers.make_will ? handlers.make_will(connections + 1) : std::nullopt;
    auto made = PahoLink::make(inbox, attempts, options, will);
    if (!made) return down(made.error().message);
    link = std::move(*made);
    if (const auto begun = link->connect(); !begun) return down(begun.error().message);
    after(options.connect_timeout + kSubscribeWithin, [this] {
      if (phase == Phase::connecting || phase == Phase::subscribing) down("no answer in time");
    });
  }

  void subscribe_all() {
    phase = Phase::subscribing;
    send_small_packets_at_once(options.port);
    unanswered = subscriptions.size();
    for (size_t i = 0; i < subscriptions.size(); ++i) {
      if (const auto begun = link->subscribe(subscriptions[i].filter, i); !begun)
        return down(begun.error().message);
    }
    if (subscriptions.empty()) up();
  }

  void up() {
    timer.cancel();
    phase = Phase::up;
    ++connections;
    up_since = std::chrono::steady_clock::now();
    if (handlers.on_connected) handlers.on_connected(connections);
  }

  /// The attempt or the connection is over; tries again after a while.
  void down(const std::string& reason) {
    const bool was_up = phase == Phase::up;
    link.reset();
    if (was_up && std::chrono::steady_clock::now() - up_since >= kStableAfter) backoff.reset();
    phase = Phase::waiting;
    after(backoff.next(random_number()), [this] {
      if (phase == Phase::waiting) connect();
    });
    fail_publishes(reason);
    const auto& tell = was_up ? handlers.on_disconnected : handlers.on_attempt_failed;
    if (tell) tell(reason);
  }

  void fail_publishes(const std::string& reason) {
    auto lost = std::exchange(in_flight, {});
    auto unsent = std::exchange(queued, {});
    for (auto& [id, done] : lost) answer(std::move(done), fail(ErrorKind::unavailable, reason));
    for (auto& one : unsent) answer(std::move(one.done), fail(ErrorKind::unavailable, reason));
  }

  void publish(Message message, Published done) {
    if (phase != Phase::up) return answer(std::move(done), fail(ErrorKind::unavailable, "not connected"));
    if (queued.size() + in_flight.size() >= kMostPublishes) {
      return answer(std::move(done), fail(ErrorKind::unavailable, "too many publishes wait for the broker"));
    }
    queued.push_back({std::move(message), std::move(done)});
    send_queued();
  }

  void send_queued() {
    while (!queued.empty() && in_flight.size() < kMostInFlight) {
      auto one = std::move(queued.front());
      queued.pop_front();
      const auto id = ++publishes;
      if (auto begun = link->publish(one.message, id); !begun) {
        answer(std::move(one.done), std::move(begun));
      } else {
        in_flight.emplace(id, std::move(one.done));
      }
    }
  }

  void answer(Published done, Result<> result) {
    if (!done) return;
    boost::asio::post(
        loop, [weak = weak_from_this(), done = std::move(done), result = std::move(result)]() mutable {
          if (const auto self = weak.lock(); self && !self->closed) done(std::move(result));
        });
  }

  void drain() {
    for (int i = 0; i < kMostItemsPerTurn && !closed; ++i) {
      auto item = inbox->pop();
      if (!item) return;
      if (auto* arrived = std::get_if<Arrived>(&*item)) {
        if (is_current(arrived->link)) deliver(arrived->message);
      } else if (auto& event = std::get<LinkEvent>(*item); is_current(event.link)) {
        handle(event);
      }
    }
    boost::asio::post(loop, [weak = weak_from_this()] {
      if (const auto self = weak.lock()) self->drain();
    });
  }

  bool is_current(uint64_t number) const {
    return number == attempts && phase != Phase::waiting && phase != Phase::stopped;
  }

  void deliver(const Message& message) {
    if (phase == Phase::stopping) return;
    for (const auto& subscription : subscriptions) {
      if (topic_matches(subscription.filter, message.topic)) subscription.handler(message);
      if (closed) return;
    }
  }

  void handle(LinkEvent& event) {
    using Kind = LinkEvent::Kind;
    if (phase == Phase::stopping) {
      if (event.kind == Kind::lost || event.kind == Kind::disconnected) timer.cancel();
      return;
    }
    switch (event.kind) {
      case Kind::connected:
        if (phase == Phase::connecting) subscribe_all();
        break;
      case Kind::subscribed:
        if (phase == Phase::subscribing && --unanswered == 0) up();
        break;
      case Kind::subscribe_failed:
        down("the subscription to " + subscriptions[event.id].filter + " failed: " + event.error.message);
        break;
      case Kind::published:
      case Kind::publish_failed:
        if (auto sent = in_flight.extract(event.id)) {
          const bool good = event.kind == Kind::published;
          answer(std::move(sent.mapped()), good ? Result<>{} : std::unexpected(std::move(event.error)));
          send_queued();
        }
        break;
      case Kind::connect_failed:
      case Kind::lost:
      case Kind::disconnected:
        down(event.error.message);
        break;
    }
  }

  template <class Then>
  void after(Millis wait, Then then) {
    timer.expires_after(wait);
    timer.async_wait([weak = weak_from_this(), then = std::move(then)](boost::system::error_code cancelled) {
      if (const auto self = weak.lock(); self && !cancelled && !self->closed) then();
    });
  }

  boost::asio::any_io_executor loop;
  const Options options;
  Handlers handlers;
  std::vector<Subscription> subscriptions;
  Backoff backoff;
  boost::asio::steady_timer timer;
  std::shared_ptr<Inbox> inbox;
  std::unique_ptr<PahoLink> link;
  Phase phase = Phase::idle;
  bool closed = false;
  uint64_t attempts = 0;     // numbers the links
  uint64_t connections = 0;  // those that came up
  std::chrono::steady_clock::time_point up_since;
  size_t unanswered = 0;  // subscriptions
  uint64_t publishes = 0;
  std::map<uint64_t, Published> in_flight;
  std::deque<Queued> queued;
};

Client::Client(boost::asio::any_io_executor loop, Options options, Handlers handlers)
    : state_(std::make_shared<State>(std::move(loop), std::move(options), std::move(handlers))) {
  state_->open();
}

Client::~Client() {
  state_->closed = true;
  state_->phase = State::Phase::stopped;
  state_->timer.cancel();
}

void Client::subscribe(std::string filter, MessageHandler handler) {
  state_->subscriptions.push_back({std::move(filter), std::move(handler)});
}

void Client::start() {
  if (state_->phase == State::Phase::idle) state_->connect();
}

boost::asio::awaitable<void> Client::stop() {
  const auto state = state_;
  const auto phase = state->phase;
  if (phase == State::Phase::stopping || phase == State::Phase::stopped) co_return;
  state->timer.cancel();
  state->phase = State::Phase::stopping;
  if (phase == State::Phase::up && state->link->disconnect()) {
    state->timer.expires_after(kStopWithin);
    co_await state->timer.async_wait(boost::asio::as_tuple(boost::asio::use_awaitable));
  }
  state->phase = State::Phase::stopped;
  state->fail_publishes("stopped");
  if (phase == State::Phase::up && !state->closed && state->handlers.on_disconnected) {
    state->handlers.on_disconnected("stopped");
  }
}

bool Client::connected() const {
  return state_->phase == State::Phase::up;
}

void Client::publish(Message message, Published done) {
  state_->publish(std::move(message), std::move(done));
}

uint64_t Client::dropped() const {
  return state_->inbox->dropped();
}

bool topic_matches(std::string_view filter, std::string_view topic) {
  if (topic.starts_with('$') && (filter.starts_with('+') || filter.starts_with('#'))) return false;
  for (;;) {
    const auto wanted = filter.substr(0, filter.find('/'));
    if (wanted == "#") return true;
    const auto level = topic.substr(0, topic.find('/'));
    if (wanted != "+" && wanted != level) return false;
    const bool filter_ends = wanted.size() == filter.size();
    const bool topic_ends = level.size() == topic.size();
    if (topic_ends) {
      // "a/#" fits "a" too.
      return filter_ends || filter.substr(wanted.size()) == "/#";
    }
    if (filter_ends) return false;
    filter.remove_prefix(wanted.size() + 1);
    topic.remove_prefix(level.size() + 1);
  }
}

}  // namespace millrace::mqtt
