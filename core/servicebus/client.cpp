#include "core/servicebus/client.hpp"

#include <map>
#include <set>

#include <fmt/format.h>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "core/amqp/message.hpp"
#include "core/base/backoff.hpp"
#include "core/base/crypto.hpp"
#include "core/servicebus/sas_token.hpp"
#include "core/servicebus/token_link.hpp"

namespace millrace::servicebus {

namespace asio = boost::asio;
using boost::system::error_code;

namespace {

Bytes encode(const OutgoingMessage& from) {
  const auto optional = [](const std::string& text) {
    return text.empty() ? std::nullopt : std::optional(text);
  };
  amqp::Message message;
  message.properties.emplace();
  message.properties->message_id = from.message_id;
  message.properties->group_id = optional(from.session_id);
  message.properties->subject = optional(from.subject);
  message.properties->content_type = optional(from.content_type);
  if (!from.correlation_id.empty()) message.properties->correlation_id = from.correlation_id;
  message.application_properties = from.application_properties;
  message.data = {from.body};
  return amqp::encode_message(message);
}

std::string text_of(const amqp::Condition& condition) {
  return condition ? fmt::format("{}: {}", condition.name, condition.description) : "closed without a reason";
}

}  // namespace

struct Client::State : std::enable_shared_from_this<Client::State> {
  State(asio::any_io_executor where, Options given, const Clock& time, Events handlers)
      : executor(std::move(where)),
        options(std::move(given)),
        clock(time),
        events(std::move(handlers)),
        wake(executor),
        backoff(kReconnectFirst, kReconnectMost) {}

  /// One entity's link and what is under way on it.
  struct Sender {
    amqp::LinkPtr link;
    bool open = false;
    std::map<amqp::DeliveryId, Done> under_way;
  };

  asio::awaitable<void> run() {
    while (!stopping) {
      const auto reason = co_await one_connection();
      drop_connection();
      if (stopping) co_return;
      if (events.on_down) events.on_down(reason);
      uint64_t random = 0;
      random_bytes({reinterpret_cast<uint8_t*>(&random), sizeof random});
      co_await sleep(backoff.next(random));
    }
  }

  /// Connects and stays; returns why it ended.
  asio::awaitable<std::string> one_connection() {
    lost.clear();
    auto wire = co_await amqp::dial({.host = options.connection.host,
                                     .port = options.connection.port,
                                     .tls = !options.connection.development_emulator,
                                     .ca_file = options.ca_file});
    if (!wire) co_return wire.error().message;
    if (stopping) co_return "stopping";
    open_connection(std::move(*wire));
    if (!co_await wait([this] { return opened; })) co_return failure("no answer to the AMQP open");

    tokens = TokenLink::open(*connection);
    if (!tokens) co_return failure("the connection closed");
    for (const auto& entity : options.entities) authorise(entity);
    if (!co_await wait([this] { return pending_tokens == 0; })) co_return failure("no answer from $cbs");
    for (const auto& entity : options.entities) attach(entity);
    if (!co_await wait([this] { return all_open(); })) co_return failure("no answer to an attach");

    up = true;
    backoff.reset();
    if (events.on_up) events.on_up();
    while (lost.empty() && !stopping) {
      if (co_await sleep(kTokenRenewal)) {
        for (const auto& [entity, sender] : senders) authorise(entity);
      }
    }
    co_return failure("stopping");
  }

  std::string failure(const char* otherwise) const { return lost.empty() ? otherwise : lost; }

  void open_connection(std::unique_ptr<amqp::Wire> wire) {
    const std::weak_ptr<State> weak = weak_from_this();
    const auto mine = ++connection_number;
    amqp::Connection::Events handlers;
    handlers.on_open = [weak](amqp::Connection&) {
      if (const auto self = weak.lock()) {
        self->opened = true;
        self->wake.cancel();
      }
    };
    handlers.on_close = [weak, mine](const amqp::Condition& why) {
      const auto self = weak.lock();
      if (self && self->connection_number == mine) self->lose("connection lost: " + text_of(why));
    };
    opened = false;
    connection = amqp::Connection::connect(
        executor, std::move(wire),
        {.container_id = options.container_id, .hostname = options.connection.host}, std::move(handlers));
  }

  /// The connection is of no more use; the first reason is the one worth telling.
  void lose(const std::string& reason) {
    if (lost.empty()) lost = reason;
    up = false;
    wake.cancel();
  }

  void drop_connection() {
    up = false;
    ++connection_number;
    auto ending = std::move(senders);
    senders.clear();
    tokens.reset();
    pending_tokens = 0;
    for (auto& [entity, sender] : ending) fail_all(sender, "the connection was lost before an answer came");
    if (connection) connection->close();
    if (connection) connection->abort();
    connection.reset();
  }

  void fail_all(Sender& sender, const std::string& reason) {
    auto under_way = std::move(sender.under_way);
    sender.under_way.clear();
    for (auto& [id, done] : under_way)
      answer(std::move(done), {.kind = Outcome::Kind::in_doubt, .reason = reason});
  }

  void answer(Done done, Outcome outcome) {
    asio::post(executor,
               [weak = weak_from_this(), done = std::move(done), outcome = std::move(outcome)]() mutable {
                 const auto self = weak.lock();
                 if (self && !self->stopping) done(std::move(outcome));
               });
  }

  void authorise(const std::string& entity) {
    const auto audience = options.connection.endpoint + entity;
    const auto token =
        sas_token(audience, options.connection.key_name, options.connection.key, clock.wall() + kTokenLife);
    ++pending_tokens;
    const std::weak_ptr<State> weak = weak_from_this();
    const auto mine = connection_number;
    tokens->put(audience, token, [weak, mine](const Result<>& result) {
      const auto self = weak.lock();
      if (!self || self->connection_number != mine) return;
      --self->pending_tokens;
      if (!result) self->lose(result.error().message);
      self->wake.cancel();
    });
  }

  void attach(const std::string& entity) {
    auto& sender = senders[entity];
    sender.link =
        connection->open_sender(fmt::format("{}-{}", entity, Uuid::v7(clock.wall()).string()), entity);
    if (!sender.link) {
      lose("the connection closed");
      return;
    }
    const std::weak_ptr<State> weak = weak_from_this();
    const auto mine = connection_number;
    const auto current = [weak, mine]() -> std::shared_ptr<State> {
      auto self = weak.lock();
      return self && self->connection_number == mine ? self : nullptr;
    };
    sender.link->on_open = [current, entity] {
      if (const auto self = current()) {
        self->senders[entity].open = true;
        self->wake.cancel();
      }
    };
    sender.link->on_outcome = [current, entity](amqp::DeliveryId id, const amqp::Outcome& outcome,
                                                bool settled) {
      if (const auto self = current()) self->settled(entity, id, outcome, settled);
    };
    // One way to recover from anything: a lost link, like a lost connection, is followed by a new connection.
    sender.link->on_close = [current, entity](const amqp::Condition& why) {
      if (const auto self = current()) self->lose(fmt::format("'{}': {}", entity, text_of(why)));
    };
  }

  void settled(const std::string& entity, amqp::DeliveryId id, const amqp::Outcome& outcome,
               bool is_settled) {
    auto& sender = senders[entity];
    const auto at = sender.under_way.find(id);
    if (at == sender.under_way.end()) return;
    auto done = std::move(at->second);
    sender.under_way.erase(at);
    if (!is_settled && sender.link) sender.link->settle(id, amqp::Outcome::accepted());
    answer(std::move(done), classify(outcome));
  }

  bool all_open() const {
    return std::ranges::all_of(senders, [](const auto& entry) { return entry.second.open; });
  }

  void send(const std::string& entity, const OutgoingMessage& message, Done done) {
    if (!up) {
      answer(std::move(done), {.kind = Outcome::Kind::entity_trouble, .reason = "not connected"});
      return;
    }
    const auto at = senders.find(entity);
    if (at == senders.end() || !at->second.open) {
      if (at == senders.end()) {
        authorise(entity);
        attach(entity);
      }
      answer(std::move(done), {.kind = Outcome::Kind::entity_trouble,
                               .reason = fmt::format("the link to '{}' is being opened", entity)});
      return;
    }
    const auto tag = fmt::format("{}", ++next_tag);
    const auto id = at->second.link->send(encode(message), as_bytes(tag));
    if (id == 0) {
      answer(std::move(done), {.kind = Outcome::Kind::entity_trouble, .reason = "not connected"});
      return;
    }
    at->second.under_way[id] = std::move(done);
  }

  /// Waits for the condition, a loss or the end of kStepTime; true when the condition holds and nothing is
  /// lost.
  template <class Reached>
  asio::awaitable<bool> wait(Reached reached) {
    const auto deadline = std::chrono::steady_clock::now() + kStepTime;
    while (!reached() && lost.empty() && !stopping && std::chrono::steady_clock::now() < deadline) {
      co_await sleep(std::chrono::duration_cast<Millis>(deadline - std::chrono::steady_clock::now()));
    }
    co_return reached() && lost.empty() && !stopping;
  }

  /// True when the time passed, false when it was woken before.
  asio::awaitable<bool> sleep(Millis time) {
    error_code woken;
    wake.expires_after(time);
    co_await wake.async_wait(asio::redirect_error(asio::use_awaitable, woken));
    co_return !woken;
  }

  asio::any_io_executor executor;
  Options options;
  const Clock& clock;
  Events events;
  asio::steady_timer wake;  // what `run` waits on; cancelled when something happened
  Backoff backoff;
  std::shared_ptr<amqp::Connection> connection;
  std::shared_ptr<TokenLink> tokens;
  std::map<std::string, Sender> senders;  // by entity
  uint64_t connection_number = 0;         // callbacks of an earlier connection are ignored
  uint64_t next_tag = 0;
  size_t pending_tokens = 0;
  std::string lost;  // why the connection is of no more use; empty while it is
  bool opened = false;
  bool up = false;
  bool stopping = false;
};

Client::Client(asio::any_io_executor executor, Options options, const Clock& clock, Events events)
    : state_(std::make_shared<State>(std::move(executor), std::move(options), clock, std::move(events))) {}

Client::~Client() {
  stop();
}

void Client::start() {
  asio::co_spawn(
      state_->executor, [state = state_]() -> asio::awaitable<void> { co_await state->run(); },
      asio::detached);
}

void Client::stop() {
  if (state_->stopping) return;
  state_->stopping = true;
  state_->events = {};
  state_->drop_connection();
  state_->wake.cancel();
}

bool Client::is_up() const {
  return state_->up;
}

void Client::send(const std::string& entity, const OutgoingMessage& message, Done done) {
  state_->send(entity, message, std::move(done));
}

}  // namespace millrace::servicebus
