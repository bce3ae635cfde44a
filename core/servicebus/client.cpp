#include "core/servicebus/client.hpp"

#include <algorithm>
#include <deque>
#include <map>
#include <set>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "core/base/backoff.hpp"
#include "core/base/crypto.hpp"
#include "core/servicebus/claims.hpp"
#include "core/servicebus/entity_sender.hpp"
#include "core/servicebus/quiet_gap.hpp"

namespace millrace::servicebus {

namespace asio = boost::asio;
using boost::system::error_code;

namespace {

/// A dead peer is noticed after twice this time. Shorter than the server's: somebody waits for the answers.
constexpr std::chrono::seconds kIdleTime{30};

}  // namespace

struct Client::State : std::enable_shared_from_this<Client::State> {
  struct Held {
    std::string entity;
    Bytes message;
    Done done;
  };
  State(asio::any_io_executor where, Options given, const Clock& time, Events handlers)
      : executor(std::move(where)),
        options(std::move(given)),
        clock(time),
        events(std::move(handlers)),
        wake(executor),
        gap(executor, clock, options.times.quiet, kReconnectMost),
        backoff(kReconnectFirst, kReconnectMost) {}

  asio::awaitable<void> run() {
    while (!stopping) {
      reached_up = false;
      const auto end = co_await one_connection();
      if (!reached_up) gap.close();  // it was to be made again quietly, and was not
      drop_connection(end.reason);
      if (stopping) co_return;
      const bool quiet = gap.is_open();
      tell(end, quiet);
      if (stopping || quiet) continue;
      say_down(end.reason);
      if (stopping) co_return;
      uint64_t random = 0;
      random_bytes({reinterpret_cast<uint8_t*>(&random), sizeof random});
      co_await sleep(std::max(backoff.next(random), end.wait));
    }
  }

  void say_down(const std::string& reason) {
    refuse_held(reason);
    // Copied: the handler may call `stop`, which drops it.
    if (const auto on_down = events.on_down) on_down(reason);
  }
  /// Nobody was told that the connection is gone, and there is no other yet.
  void end_gap() {
    if (stopping || !gap.close()) return;
    const auto reason = fmt::format("not connected again within {} ms of a close by the service",
                                    options.times.quiet.count());
    tell({.kind = TroubleKind::no_answer, .reason = reason}, false);
    say_down(reason);
  }

  /// Connects and stays; returns why it ended.
  asio::awaitable<Trouble> one_connection() {
    lost = {};
    dialling = std::make_shared<net::DialStop>();
    auto wire = co_await net::dial(options.endpoint, dialling);
    if (!wire) co_return Trouble{.kind = kind_of(wire.error().kind), .reason = wire.error().message};
    if (stopping) co_return Trouble{.reason = "stopping"};
    std::string password;
    if (!options.user.empty()) {
      auto secret = read_secret(options.password_file);
      if (!secret) co_return Trouble{.kind = TroubleKind::token_missing, .reason = secret.error().message};
      password = std::move(*secret);
    }
    open_connection(std::move(*wire), std::move(password));
    if (!co_await wait([this] { return opened; })) co_return failure("no answer to the AMQP open");
    for (const auto& entity : options.entities) introduce(entity);
    if (!co_await wait([this] { return all_open(); })) {
      if (stopping) co_return failure("stopping");
      co_return failure(claims->is_asking() ? "no token, or no answer from $cbs" : "no answer to an attach");
    }
    come_up();
    co_await stay();
    // A connection that did nothing and did not last does not count as success.
    if (!stopping && has_worked()) backoff.reset();
    co_return failure("stopping");
  }

  void come_up() {
    up = true;
    reached_up = true;
    up_since = clock.mono();
    for (const auto& receiver : wanted_receivers()) receiver->open(connection, claims);
    const auto waiting = std::exchange(held, {});
    for (const auto& each : waiting) introduce(each.entity)->send(each.message, each.done);
    if (gap.close()) return;
    if (const auto on_up = events.on_up) on_up();
  }

  /// Has tokens renewed and looks after answers that do not come, until the connection is lost.
  asio::awaitable<void> stay() {
    std::set<std::string> starving;  // entities of which it was said
    while (is_well()) {
      co_await sleep(options.times.check);
      if (!is_well()) co_return;
      look_at_answers(starving);
      if (!is_well()) co_return;
      claims->renew();
    }
  }

  void look_at_answers(std::set<std::string>& starving) {
    const auto looked_at = senders;  // a handler may call `stop`, which drops them
    for (const auto& [entity, sender] : looked_at) look_at(*sender, starving);
    for (const auto& receiver : wanted_receivers())
      receiver->give_up_unanswered(options.times.receiver_answer);
    const auto oldest = claims ? claims->oldest() : std::nullopt;
    const auto age = oldest ? clock.mono() - *oldest : Millis{0};
    if (age > options.times.answer) {
      lose({.kind = TroubleKind::no_answer,
            .reason = fmt::format("no answer from $cbs within {} ms", age.count())});
    }
  }

  void look_at(const EntitySender& sender, std::set<std::string>& starving) {
    const auto oldest = sender.oldest();
    const auto age = oldest ? clock.mono() - *oldest : Millis{0};
    const bool starves = sender.lacks_credit();
    const auto text = [&] {
      return fmt::format("'{}': no {} within {} ms", sender.entity(),
                         starves ? "credit for a message" : "answer to a message", age.count());
    };
    if (age > options.times.answer)
      return lose({.kind = starves ? TroubleKind::no_credit : TroubleKind::no_answer, .reason = text()});
    if (!starves) {
      starving.erase(sender.entity());
    } else if (age > options.times.credit && starving.insert(sender.entity()).second) {
      tell({.kind = TroubleKind::no_credit, .reason = text()}, true);
    }
  }

  bool is_well() const { return lost.reason.empty() && !stopping; }
  Trouble failure(const char* otherwise) const {
    return lost.reason.empty() ? Trouble{.kind = TroubleKind::no_answer, .reason = otherwise} : lost;
  }
  void tell(Trouble trouble, bool is_quiet) const {
    trouble.is_quiet = is_quiet;
    if (const auto on_trouble = events.on_trouble) on_trouble(trouble);
  }

  void open_connection(std::unique_ptr<net::Wire> wire, std::string password) {
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
      if (!self || self->connection_number != mine) return;
      auto trouble = trouble_of(why);
      trouble.reason = "connection lost: " + trouble.reason;
      trouble.is_quiet = true;  // what was under way would have said so already
      self->lose(trouble);
    };
    opened = false;
    connection = amqp::Connection::connect(executor, std::move(wire),
                                           {.container_id = options.container_id,
                                            .hostname = options.endpoint.host,
                                            .user = options.user,
                                            .password = std::move(password),
                                            .external = options.external,
                                            .idle_time = kIdleTime},
                                           std::move(handlers));
    claims = std::make_shared<Claims>(executor, connection,
                                      Claims::Options{options.audience, options.credential,
                                                      [weak, mine](const Trouble& trouble) {
                                                        const auto self = weak.lock();
                                                        if (self && self->connection_number == mine)
                                                          self->lose(trouble);
                                                      }},
                                      clock);
  }

  /// The connection is of no more use; the first reason is the one worth telling.
  void lose(const Trouble& trouble) {
    if (lost.reason.empty()) {
      lost = trouble;
      const bool let_go =
          trouble.kind == TroubleKind::connection_idle || trouble.kind == TroubleKind::connection_closed;
      if (up && let_go && trouble.is_quiet && nothing_under_way() && has_worked() && gap.may_open()) {
        gap.open([weak = weak_from_this()] {
          if (const auto self = weak.lock()) self->end_gap();
        });
      }
    }
    up = false;
    wake.cancel();
  }
  bool has_worked() const {
    return has_delivered() || (reached_up && clock.mono() - up_since >= kReconnectMost);
  }
  bool nothing_under_way() const {
    return std::ranges::all_of(senders, [](const auto& entry) { return entry.second->is_idle(); });
  }
  void refuse_held(const std::string& reason) {
    const auto waiting = std::exchange(held, {});
    for (const auto& each : waiting)
      each.done({.kind = Outcome::Kind::entity_trouble, .reason = "not sent: " + reason});
  }

  void drop_connection(const std::string& reason) {
    up = false;
    ++connection_number;
    if (const auto ended = std::exchange(claims, nullptr)) ended->abandon();
    const auto ending = std::exchange(senders, {});
    for (const auto& [entity, sender] : ending) sender->abandon(reason);
    for (const auto& receiver : wanted_receivers()) receiver->abandon(reason);
    if (!connection) return;
    if (stopping) {
      connection->close();
    } else {
      connection->abort();  // what it has not sent yet shall not come after what the next one sends
    }
    connection.reset();
  }

  bool has_delivered() const {
    return std::ranges::any_of(senders, [](const auto& entry) { return entry.second->has_delivered(); });
  }
  bool all_open() const {
    return std::ranges::all_of(senders, [](const auto& entry) { return entry.second->is_open(); });
  }

  /// Makes the way to an entity: a token first, then the link.
  std::shared_ptr<EntitySender> introduce(const std::string& entity) {
    auto& sender = senders[entity];
    if (sender) return sender;
    const std::weak_ptr<State> weak = weak_from_this();
    EntitySender::Events handlers;
    handlers.on_open = [weak] {
      if (const auto self = weak.lock()) self->wake.cancel();
    };
    handlers.on_trouble = [weak, entity](Trouble trouble) {
      const auto self = weak.lock();
      if (!self || !self->claims) return;
      trouble.reason += self->claims->about_clock(entity, trouble.reason);
      self->lose(trouble);
    };
    handlers.on_notice = [weak](const Trouble& trouble) {
      if (const auto self = weak.lock()) self->tell(trouble, trouble.is_quiet);
    };
    sender = std::make_shared<EntitySender>(entity, connection, clock, std::move(handlers));
    claims->ask(entity, [opens = std::weak_ptr(sender)] {
      if (const auto known = opens.lock()) known->open();
    });
    return sender;
  }

  std::shared_ptr<Receiver> receive(Receiver::Options wanted, Receiver::Events handlers) {
    auto receiver = std::make_shared<Receiver>(executor, std::move(wanted), std::move(handlers), clock,
                                               [weak = weak_from_this()](const Trouble& trouble) {
                                                 if (const auto self = weak.lock()) self->tell(trouble, true);
                                               });
    std::erase_if(receivers, [](const auto& weak) { return weak.expired(); });
    receivers.push_back(receiver);
    if (up) receiver->open(connection, claims);
    return receiver;
  }

  /// Those that are still wanted.
  std::vector<std::shared_ptr<Receiver>> wanted_receivers() const {
    std::vector<std::shared_ptr<Receiver>> wanted;
    for (const auto& weak : receivers) {
      if (auto receiver = weak.lock(); receiver && !receiver->is_closed())
        wanted.push_back(std::move(receiver));
    }
    return wanted;
  }

  void send(const std::string& entity, const OutgoingMessage& message, Done done) {
    auto later = [weak = weak_from_this(), done = std::move(done)](Outcome outcome) {
      const auto self = weak.lock();
      if (!self) return;
      asio::post(self->executor, [weak, done, outcome = std::move(outcome)]() mutable {
        const auto still = weak.lock();
        if (still && !still->stopping) done(std::move(outcome));
      });
    };
    if (!up && gap.is_open()) return held.push_back({entity, encode_message(message), std::move(later)});
    if (!up) return later({.kind = Outcome::Kind::entity_trouble, .reason = "not connected"});
    introduce(entity)->send(encode_message(message), std::move(later));
  }

  /// Waits for the condition, a loss or the end of the time for opening; true when the condition holds and
  /// nothing is lost.
  template <class Reached>
  asio::awaitable<bool> wait(Reached reached) {
    const auto deadline = std::chrono::steady_clock::now() + options.times.opening;
    while (!reached() && is_well() && std::chrono::steady_clock::now() < deadline) {
      co_await sleep(std::chrono::ceil<Millis>(deadline - std::chrono::steady_clock::now()));
    }
    co_return reached() && is_well();
  }

  /// Until the time has passed or something happened.
  asio::awaitable<void> sleep(Millis time) {
    error_code woken;
    wake.expires_after(time);
    co_await wake.async_wait(asio::redirect_error(asio::use_awaitable, woken));
  }

  asio::any_io_executor executor;
  Options options;
  const Clock& clock;
  Events events;
  asio::steady_timer wake;  // what `run` waits on; cancelled when something happened
  QuietGap gap;
  Backoff backoff;
  std::shared_ptr<amqp::Connection> connection;
  std::shared_ptr<Claims> claims;  // the connection's
  std::shared_ptr<net::DialStop> dialling;
  std::map<std::string, std::shared_ptr<EntitySender>> senders;  // by entity
  std::vector<std::weak_ptr<Receiver>> receivers;
  uint64_t connection_number = 0;  // callbacks of an earlier connection are ignored
  Trouble lost;                    // why the connection is of no more use; no reason while it is
  std::deque<Held> held;           // until a connection that nobody missed is there again
  MonoTime up_since;
  bool opened = false;
  bool up = false;
  bool reached_up = false;  // by this connection
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
  state_->held.clear();
  state_->gap.close();
  if (state_->dialling) state_->dialling->stop();
  for (const auto& receiver : state_->wanted_receivers()) receiver->close();
  state_->drop_connection("stopping");
  state_->wake.cancel();
}

bool Client::is_up() const {
  return state_->up;
}

std::shared_ptr<Receiver> Client::receive(Receiver::Options options, Receiver::Events events) {
  return state_->receive(std::move(options), std::move(events));
}

void Client::send(const std::string& entity, const OutgoingMessage& message, Done done) {
  state_->send(entity, message, std::move(done));
}

}  // namespace millrace::servicebus
