#include "core/servicebus/receiver.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "core/base/crypto.hpp"
#include "core/servicebus/outcome.hpp"

namespace millrace::servicebus {
namespace {

constexpr auto kSessionFilter = "com.microsoft:session-filter";
/// How long the service looks for a session before it says that there is none.
constexpr std::chrono::seconds kSessionPatience{60};

/// 100 ns since 0001-01-01, the time of .NET.
WallTime wall_of_ticks(int64_t ticks) {
  constexpr int64_t kTicksAtEpoch = 621'355'968'000'000'000;
  constexpr int64_t kTicksPerMs = 10'000;
  return WallTime{Millis{(ticks - kTicksAtEpoch) / kTicksPerMs}};
}

template <class T>
const T* find(const amqp::Map& map, std::string_view key) {
  for (const auto& [name, value] : map) {
    const auto* text = name.text();
    if (text != nullptr && *text == key) return value.get_if<T>();
  }
  return nullptr;
}

/// The delivery tag is the lock token as a .NET GUID; nil when it is none.
Uuid token_of(BytesView tag) {
  Uuid token;
  if (tag.size() != token.bytes.size()) return {};
  std::ranges::copy(tag, token.bytes.begin());
  return token.dotnet();
}

std::unexpected<Error> refused(const Trouble& why) {
  return fail(why.kind == TroubleKind::lock_lost ? ErrorKind::conflict : ErrorKind::unavailable, why.reason);
}

Result<> carried_out(const Result<Reply>& reply) {
  if (!reply) return std::unexpected(reply.error());
  if (!reply->is_good()) return refused(trouble_of(*reply));
  return {};
}

}  // namespace

Receiver::Receiver(boost::asio::any_io_executor executor, Options options, Events events, const Clock& clock,
                   std::function<void(const Trouble&)> on_trouble)
    : executor_(std::move(executor)),
      options_(std::move(options)),
      events_(std::move(events)),
      clock_(clock),
      on_trouble_(std::move(on_trouble)),
      management_(std::make_shared<ManagementNode>(options_.entity, clock)),
      renewal_(executor_),
      again_(executor_) {}

Receiver::~Receiver() {
  if (link_) link_->close();
  management_->close();
}

std::string Receiver::name() const {
  return options_.session.value_or("").empty()
             ? fmt::format("'{}'", options_.entity)
             : fmt::format("session '{}' of '{}'", *options_.session, options_.entity);
}

void Receiver::open(std::shared_ptr<amqp::Connection> connection, const std::shared_ptr<Claims>& claims) {
  connection_ = std::move(connection);
  management_->open(connection_, claims);
  claims->ask(options_.entity, [weak = weak_from_this()] {
    if (const auto self = weak.lock()) self->attach();
  });
}

void Receiver::attach() {
  if (link_ || !connection_ || closed_) return;
  // Also over another connection: the service is the same.
  if (const auto wait = busy_until_ - clock_.mono(); wait > Millis{0}) return attach_after(wait);
  amqp::ReceiverAttach attach{.source = options_.entity,
                              .target = {},
                              .properties = {},
                              .filter = {},
                              .mode = amqp::ReceiverMode::second};
  if (options_.session) {
    const bool any = options_.session->empty();
    attach.filter =
        amqp::Map{{amqp::Symbol{kSessionFilter}, any ? amqp::Value() : amqp::Value(*options_.session)}};
    if (any) {
      attach.properties = amqp::Map{
          {amqp::Symbol{"com.microsoft:timeout"}, static_cast<uint32_t>(Millis{kSessionPatience}.count())}};
    }
  }
  link_ = connection_->open_receiver(fmt::format("{}-{}", options_.entity, Uuid::v7(clock_.wall()).string()),
                                     attach);
  if (!link_) return;  // the connection is closing, which ends us soon
  attach_due_ = clock_.mono() + (options_.session == "" ? Millis{kSessionPatience} : Millis{0});
  const std::weak_ptr<Receiver> weak = weak_from_this();
  link_->on_open = [weak] {
    if (const auto self = weak.lock()) self->opened();
  };
  link_->on_message = [weak](const amqp::Incoming& incoming) {
    if (const auto self = weak.lock()) self->took(incoming);
  };
  link_->on_outcome = [weak](amqp::DeliveryId id, const amqp::Outcome& outcome, bool settled) {
    const auto self = weak.lock();
    if (!self || (outcome.kind == amqp::Outcome::Kind::none && !settled)) return;
    if (!settled && self->link_) self->link_->settle(id, outcome);
    self->answered(id, outcome);
  };
  link_->on_close = [weak](const amqp::Condition& why) {
    if (const auto self = weak.lock()) self->link_closed(why);
  };
}

void Receiver::opened() {
  if (link_->remote_source().empty()) return;  // refused: the detach follows
  is_open_ = true;
  backoff_.reset();
  if (options_.session) {
    const auto filter = link_->remote_filter();
    const auto* granted = filter.find(kSessionFilter);
    if (granted != nullptr && granted->text() != nullptr) session_ = *granted->text();
    const auto properties = link_->remote_properties();
    const auto* ticks = properties.find("com.microsoft:locked-until-utc");
    const auto until = ticks == nullptr ? std::nullopt : ticks->integer();
    session_lock_.granted(until ? std::optional(wall_of_ticks(*until)) : std::nullopt, clock_);
    set_timer();
  }
  link_->add_credit(options_.credit);
  if (const auto on_open = events_.on_open) on_open(session_);
}

void Receiver::took(const amqp::Incoming& incoming) {
  auto message = amqp::decode_message(incoming.bytes);
  const auto token = token_of(incoming.tag);
  if (!message || token.is_nil()) {  // nobody could make anything of it
    link_->settle(incoming.id, amqp::Outcome::rejected({"amqp:decode-error", "not a message", {}}));
    link_->add_credit(1);
    return;
  }
  Received received{std::move(*message), token, 0, 0};
  const auto& annotations = received.message.message_annotations;
  if (const auto* sequence = find<int64_t>(annotations, "x-opt-sequence-number"))
    received.sequence = *sequence;
  if (received.message.header) received.delivery_count = received.message.header->delivery_count.value_or(0);
  if (incoming.settled) {
    link_->add_credit(1);  // nothing is locked
  } else {
    hold(incoming.id, token, find<amqp::Timestamp>(annotations, "x-opt-locked-until"));
  }
  // Copied: the handler may call `close`, which drops it.
  if (const auto on_message = events_.on_message) on_message(std::move(received));
}

void Receiver::hold(amqp::DeliveryId delivery, const Uuid& token, const amqp::Timestamp* locked_until) {
  Held held{delivery, {}};
  if (!options_.session) {  // in a session the session is locked
    const auto until = locked_until == nullptr ? std::nullopt : std::optional(Millis{locked_until->ms});
    held.lock.granted(until.transform([](Millis since) { return WallTime{since}; }), clock_);
  }
  held_[token] = held;
  set_timer();
}

void Receiver::settle(const Uuid& lock_token, const Settlement& settlement, Done done) {
  const auto at = held_.find(lock_token);
  if (!is_open_ || at == held_.end()) return settle_by_management(lock_token, settlement, std::move(done));
  if (waiting_.contains(at->second.delivery))
    return done(fail(ErrorKind::invalid_input, "the message is being settled already"));
  at->second.lock.let_be();
  waiting_[at->second.delivery] = {lock_token, std::move(done), clock_.mono()};
  link_->propose(at->second.delivery, outcome_of(settlement));
}

void Receiver::answered(amqp::DeliveryId id, const amqp::Outcome& outcome) {
  const auto at = waiting_.find(id);
  if (at == waiting_.end()) {
    // Unasked: it is out of our hands, and the management node knows what became of it.
    const auto gone = std::erase_if(held_, [id](const auto& entry) { return entry.second.delivery == id; });
    if (gone > 0 && link_) link_->add_credit(1);
    return;
  }
  const auto waiting = std::move(at->second);
  waiting_.erase(at);
  held_.erase(waiting.lock_token);
  if (link_) link_->add_credit(1);
  if (!outcome.condition) return waiting.done({});
  const auto trouble = trouble_of(outcome.condition);
  if (trouble.kind != TroubleKind::other) notice(trouble);
  if (!closed_) waiting.done(refused(trouble));
}

void Receiver::settle_by_management(const Uuid& lock_token, const Settlement& settlement, Done done) {
  amqp::Map body{{"disposition-status", status_of(settlement.kind)},
                 {"lock-tokens", amqp::Array{{lock_token}}}};
  if (settlement.kind == Settlement::Kind::dead_letter) {
    body.emplace_back("deadletter-reason", settlement.reason);
    body.emplace_back("deadletter-description", settlement.description);
  }
  if (!settlement.properties.empty()) body.emplace_back("properties-to-modify", settlement.properties);
  if (!session_.empty()) body.emplace_back("session-id", session_);
  manage("update-disposition", std::move(body),
         [done = std::move(done)](const Result<Reply>& reply) { done(carried_out(reply)); });
}

void Receiver::session_state(StateDone done) {
  manage("get-session-state", {{"session-id", session_}},
         [done = std::move(done)](const Result<Reply>& reply) {
           if (const auto good = carried_out(reply); !good) return done(std::unexpected(good.error()));
           const auto* state = reply->body.find("session-state");
           const auto* bytes = state == nullptr ? nullptr : state->get_if<amqp::Binary>();
           done(bytes == nullptr ? std::nullopt : std::optional(bytes->bytes));
         });
}

void Receiver::set_session_state(std::optional<Bytes> state, Done done) {
  manage("set-session-state",
         {{"session-id", session_},
          {"session-state", state ? amqp::Value(amqp::Binary{std::move(*state)}) : amqp::Value()}},
         [done = std::move(done)](const Result<Reply>& reply) { done(carried_out(reply)); });
}

void Receiver::manage(std::string_view operation, amqp::Map body, RequestLink::Done done) {
  amqp::Message message;
  message.application_properties = {{"operation", fmt::format("com.microsoft:{}", operation)}};
  // So that it counts as work on the link, which else would be let go as idle.
  if (link_) message.application_properties.emplace_back("associated-link-name", link_->name());
  message.value = amqp::Value(std::move(body));
  // A refusal of no class is for who asked, and only the locks are asked for by ourselves.
  const bool is_ours = operation.starts_with("renew-");
  management_->request(std::move(message), [weak = weak_from_this(), is_ours,
                                            done = std::move(done)](const Result<Reply>& reply) {
    const auto self = weak.lock();
    if (self && !self->closed_ && reply && !reply->is_good()) {
      const auto trouble = trouble_of(*reply);
      if (is_ours || trouble.kind != TroubleKind::other) self->notice(trouble);
      if (self->closed_) return;
    }
    done(reply);
  });
}

void Receiver::notice(Trouble trouble) {
  const auto now = clock_.mono();
  if (trouble.wait > Millis{0}) busy_until_ = std::max(busy_until_, now + trouble.wait);
  // A lost connection is the client's to tell.
  if (!on_trouble_ || !connection_ || connection_->is_closed()) return;
  const auto [told, is_first] = told_.try_emplace(trouble.kind, now);
  if (!is_first && now - told->second < kTellAgain) return;
  told->second = now;
  trouble.reason = fmt::format("{}: {}", name(), trouble.reason);
  // Copied: the handler may call `close`, which drops it.
  const auto on_trouble = on_trouble_;
  on_trouble(trouble);
}

void Receiver::link_closed(const amqp::Condition& why) {
  link_.reset();
  // No session has messages: nothing is wrong, and the next look may find one. A service that did not wait
  // for one is not asked as fast as it answers.
  if (!is_open_ && why.name == "com.microsoft:timeout" && options_.session && options_.session->empty()) {
    const bool has_waited = clock_.mono() >= attach_due_ - Millis{kSessionPatience} / 2;
    return has_waited ? attach() : attach_later();
  }
  auto trouble = trouble_of(why);
  if (!why) trouble.kind = TroubleKind::link_detached;
  notice(trouble);
  lose(fmt::format("{}: {}", name(), trouble.reason));
}

void Receiver::lose(const std::string& reason) {
  is_open_ = false;
  link_.reset();
  session_.clear();
  session_lock_ = {};
  session_refusal_.clear();
  renewal_.cancel();
  held_.clear();
  const auto waiting = std::exchange(waiting_, {});
  for (const auto& [id, each] : waiting) {
    if (!closed_) each.done(fail(ErrorKind::unavailable, reason));
  }
  if (connection_) attach_later();
  if (const auto on_lost = events_.on_lost) on_lost(reason);
}

/// What it still brings is nobody's any more.
void Receiver::end_link(const std::string& reason) {
  if (!link_) return;
  link_->close();
  lose(fmt::format("{}: {}", name(), reason));
}

std::optional<MonoTime> Receiver::oldest() const {
  auto oldest = management_->oldest();
  const auto consider = [&oldest](MonoTime asked) { oldest = std::min(oldest.value_or(asked), asked); };
  for (const auto& [id, each] : waiting_) consider(each.asked);
  if (link_ && !is_open_) consider(attach_due_);
  return oldest;
}

void Receiver::give_up_unanswered(Millis patience) {
  const auto since = oldest();
  const auto age = since ? clock_.mono() - *since : Millis{0};
  if (age <= patience) return;
  const auto reason = fmt::format("no answer within {} ms", age.count());
  is_open_ = false;  // at once: who is told may ask again
  notice({.kind = TroubleKind::no_answer, .reason = reason});
  management_->give_up(reason);
  end_link(reason);
}

void Receiver::attach_later() {
  uint64_t random = 0;
  random_bytes({reinterpret_cast<uint8_t*>(&random), sizeof random});
  attach_after(backoff_.next(random));
}

void Receiver::attach_after(Millis pause) {
  again_.expires_after(pause);
  again_.async_wait([weak = weak_from_this()](const boost::system::error_code& cancelled) {
    const auto self = weak.lock();
    if (self && !cancelled) self->attach();
  });
}

void Receiver::abandon(const std::string& reason) {
  connection_.reset();
  again_.cancel();
  is_open_ = false;  // at once: who is told may ask again
  management_->abandon(reason);
  end_link(reason);
}

void Receiver::close() {
  closed_ = true;
  events_ = {};
  on_trouble_ = nullptr;
  waiting_.clear();
  management_->close();
  abandon("closed");
}

}  // namespace millrace::servicebus
