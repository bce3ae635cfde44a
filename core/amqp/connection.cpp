#include "core/amqp/connection.hpp"

#include <proton/connection.h>
#include <proton/connection_driver.h>
#include <proton/delivery.h>
#include <proton/event.h>
#include <proton/link.h>
#include <proton/sasl.h>
#include <proton/session.h>
#include <proton/terminus.h>
#include <proton/transport.h>

#include <cstring>
#include <utility>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>

#include "core/amqp/engine_values.hpp"
#include "core/amqp/sasl_server.hpp"

namespace millrace::amqp {

namespace asio = boost::asio;
using boost::system::error_code;

namespace {

size_t links_on(pn_session_t* session) {
  size_t count = 0;
  for (auto* link = pn_link_head(pn_session_connection(session), 0); link != nullptr;
       link = pn_link_next(link, 0)) {
    if (pn_link_session(link) == session) ++count;
  }
  return count;
}

}  // namespace

/// Owns the engine's objects.
struct Connection::Engine {
  Engine() { pn_connection_driver_init(&driver, nullptr, nullptr); }
  ~Engine() { pn_connection_driver_destroy(&driver); }
  Engine(const Engine&) = delete;
  Engine& operator=(const Engine&) = delete;
  pn_connection_t* connection() { return driver.connection; }
  pn_transport_t* transport() { return driver.transport; }
  pn_connection_driver_t driver{};
};

std::shared_ptr<Connection> Connection::serve(asio::any_io_executor executor, std::unique_ptr<net::Wire> wire,
                                              ConnectionOptions options, Events events) {
  std::shared_ptr<Connection> connection(
      new Connection(std::move(executor), std::move(wire), std::move(options), std::move(events), true));
  connection->start();
  return connection;
}

std::shared_ptr<Connection> Connection::connect(asio::any_io_executor executor,
                                                std::unique_ptr<net::Wire> wire, ConnectionOptions options,
                                                Events events) {
  std::shared_ptr<Connection> connection(
      new Connection(std::move(executor), std::move(wire), std::move(options), std::move(events), false));
  connection->start();
  return connection;
}

Connection::Connection(asio::any_io_executor executor, std::unique_ptr<net::Wire> wire,
                       ConnectionOptions options, Events events, bool is_server)
    : executor_(std::move(executor)),
      wire_(std::move(wire)),
      options_(std::move(options)),
      events_(std::move(events)),
      is_server_(is_server),
      engine_(std::make_unique<Engine>()),
      ticker_(executor_),
      cutter_(executor_) {
  auto* transport = engine_->transport();
  if (is_server_) pn_transport_set_server(transport);
  pn_transport_set_max_frame(transport, kMaxFrameBytes);
  pn_transport_set_channel_max(transport, kMostChannels);
  // proton advertises half of it.
  pn_transport_set_idle_timeout(transport, static_cast<pn_millis_t>(options_.idle_time.count() * 2));
  auto* connection = engine_->connection();
  pn_connection_set_container(connection, options_.container_id.c_str());
  if (!options_.hostname.empty()) pn_connection_set_hostname(connection, options_.hostname.c_str());
  // Not empty: some clients index open's ten fields by position, and the engine drops trailing nulls.
  to_engine(Value(Map{{Value(Symbol{"product"}), Value("Millrace")}}), pn_connection_properties(connection));
  const bool plain = !is_server_ && !options_.user.empty();
  if (plain) {
    pn_connection_set_user(connection, options_.user.c_str());
    pn_connection_set_password(connection, options_.password.c_str());
  }
  pn_connection_driver_bind(&engine_->driver);
  pn_transport_require_auth(transport, false);
  if (is_server_) {
    serve_sasl(transport, options_.check_plain);
  } else {
    // The engine does not see our TLS and would take the stream for an insecure one.
    pn_sasl_set_allow_insecure_mechs(pn_sasl(transport), plain);
    pn_sasl_allowed_mechs(pn_sasl(transport), plain ? "PLAIN" : options_.external ? "EXTERNAL" : "ANONYMOUS");
  }
}

Connection::~Connection() {
  for (const auto& [link, ours] : links_) ours->abandon();
}

void Connection::start() {
  // The engine's own idle time begins with the open.
  cut_after(options_.idle_time * 2);
  if (!is_server_) {
    pn_connection_open(engine_->connection());
    session_ = pn_session(engine_->connection());
    pn_session_open(session_);
  }
  asio::co_spawn(
      executor_, [self = shared_from_this()]() -> asio::awaitable<void> { co_await self->read_loop(); },
      asio::detached);
  touch();
}

asio::awaitable<void> Connection::read_loop() {
  std::vector<uint8_t> buffer(kMaxFrameBytes);
  while (!pn_connection_driver_read_closed(&engine_->driver)) {
    error_code failed;
    const auto count = co_await wire_->read(asio::buffer(buffer), failed);
    if (failed) {
      pn_connection_driver_close(&engine_->driver);
      break;
    }
    scan_.feed(BytesView(buffer).first(count));
    if (scan_.initialised_twice() || scan_.lacks_delivery_id()) break;
    feed(BytesView(buffer).first(count));
  }
  // When it was the engine that closed its input, it still wants to tell the peer why.
  expect_end();
  process();
  reading_ = false;
  if (!writing_) finish();
}

void Connection::feed(BytesView bytes) {
  while (!bytes.empty()) {
    // Asked for less, it would not make room behind a frame of which only a part has come.
    const auto room = pn_connection_driver_read_buffer_sized(&engine_->driver, kMaxFrameBytes);
    if (room.size == 0) break;  // the engine has closed its input
    const auto count = std::min(room.size, bytes.size());
    std::memcpy(room.start, bytes.data(), count);
    pn_connection_driver_read_done(&engine_->driver, count);
    bytes = bytes.subspan(count);
    process();
  }
}

void Connection::touch() {
  if (processing_ || touched_ || finished_) return;
  touched_ = true;
  asio::post(executor_, [self = shared_from_this()] {
    self->touched_ = false;
    self->process();
  });
}

void Connection::process() {
  if (processing_ || finished_) return;
  const auto self = shared_from_this();
  processing_ = true;
  tick();
  while (auto* event = pn_connection_driver_next_event(&engine_->driver)) dispatch(event);
  processing_ = false;
  auto* driver = &engine_->driver;
  if (!writing_ &&
      (pn_connection_driver_write_buffer(driver).size > 0 || pn_connection_driver_write_closed(driver))) {
    writing_ = true;
    asio::co_spawn(
        executor_, [self]() -> asio::awaitable<void> { co_await self->write_loop(); }, asio::detached);
  }
}

asio::awaitable<void> Connection::write_loop() {
  constexpr size_t kMostBytesPerWrite = 256 * 1024;
  // The engine's buffer begins with that size: with less in it, nothing waits behind it.
  constexpr size_t kEngineBufferBytes = size_t{8} * 1024;
  Bytes out;
  while (!finished_) {
    const auto pending = pn_connection_driver_write_buffer(&engine_->driver);
    is_behind_ = pending.size >= kEngineBufferBytes;
    if (pending.size == 0) break;
    // Copied, since the engine may move its buffer while the write is under way.
    const auto count = std::min(pending.size, kMostBytesPerWrite);
    out.assign(pending.start, pending.start + count);
    pn_connection_driver_write_done(&engine_->driver, count);
    if (!is_behind_) tell_room();
    error_code failed;
    co_await wire_->write(asio::buffer(out), failed);
    if (failed) {
      wire_->close();
      break;
    }
  }
  writing_ = false;
  tell_room();
  // Everything is said: the read loop sees the end and finishes.
  if (pn_connection_driver_write_closed(&engine_->driver)) wire_->close();
  if (!reading_) finish();
}

void Connection::tick() {
  const auto now = SystemClock{}.mono().time_since_epoch().count();
  const auto next = pn_transport_tick(engine_->transport(), now);
  // Traffic moves the time away again and again: a ticker that is early costs less than setting it each time.
  if (next <= 0 || (ticks_at_ != 0 && ticks_at_ <= next)) return;
  ticks_at_ = next;
  ticker_.expires_after(Millis(std::max<int64_t>(1, next - now)));
  ticker_.async_wait([weak = weak_from_this()](error_code cancelled) {
    const auto self = weak.lock();
    if (cancelled || !self) return;
    self->ticks_at_ = 0;
    self->process();
  });
}

void Connection::expect_end() {
  if (std::exchange(ending_, true)) return;
  cut_after(kGoodbyeTime);
}

void Connection::cut_after(Millis time) {
  if (finished_) return;
  cutter_.expires_after(time);
  cutter_.async_wait([weak = weak_from_this()](error_code cancelled) {
    const auto self = weak.lock();
    if (!cancelled && self) self->wire_->close();
  });
}

void Connection::tell_room() {
  for (const auto& held : std::exchange(held_back_, {})) {
    const auto link = held.lock();
    if (link && link->on_flow) link->on_flow();
  }
}

LinkPtr Connection::known(pn_link_t* link) const {
  const auto at = links_.find(link);
  return at == links_.end() ? nullptr : at->second;
}

void Connection::dispatch(pn_event_t* event) {
  switch (pn_event_type(event)) {
    case PN_CONNECTION_REMOTE_OPEN:
      if (!ending_) cutter_.cancel();
      if (const auto* name = pn_connection_remote_container(engine_->connection())) remote_container_ = name;
      // Unless we have closed it already: opening takes that back.
      if (is_server_ && (pn_connection_state(engine_->connection()) & PN_LOCAL_UNINIT) != 0)
        pn_connection_open(engine_->connection());
      if (events_.on_open) events_.on_open(*this);
      break;
    case PN_CONNECTION_REMOTE_CLOSE:
      if (!why_) why_ = from_engine(pn_connection_remote_condition(engine_->connection()));
      pn_connection_close(engine_->connection());
      expect_end();
      break;
    case PN_SESSION_REMOTE_OPEN:
      if ((pn_session_state(pn_event_session(event)) & PN_LOCAL_UNINIT) != 0)
        pn_session_open(pn_event_session(event));
      break;
    case PN_SESSION_REMOTE_CLOSE:
      session_ended(pn_event_session(event));
      break;
    case PN_LINK_REMOTE_OPEN: {
      auto* link = pn_event_link(event);
      if ((pn_link_state(link) & PN_LOCAL_UNINIT) != 0) {
        if (++attached_ > kMostLinks) {
          close({"amqp:resource-limit-exceeded",
                 "There are too many links on this connection. Detach some, or use several connections.",
                 {}});
          break;
        }
        const auto made = std::make_shared<Link>(*this, link);
        links_[link] = made;
        if (events_.on_link) events_.on_link(made);
        break;
      }
      // A refusal shows as an empty terminus; the detach that follows says why.
      auto* terminus = pn_link_is_sender(link) ? pn_link_remote_target(link) : pn_link_remote_source(link);
      if (pn_terminus_get_type(terminus) == PN_UNSPECIFIED) break;
      if (const auto ours = known(link); ours && ours->on_open) ours->on_open();
      break;
    }
    case PN_LINK_REMOTE_DETACH:
    case PN_LINK_REMOTE_CLOSE: {
      auto* link = pn_event_link(event);
      const auto ours = known(link);
      const auto why = from_engine(pn_link_remote_condition(link));
      if (is_server_) --attached_;
      links_.erase(link);
      scan_.forget(pn_link_name(link));
      pn_link_close(link);
      pn_link_free(link);  // both sides have detached
      if (ours) ours->finished(why);
      break;
    }
    case PN_LINK_FLOW:
      if (const auto ours = known(pn_event_link(event)); ours && ours->on_flow) ours->on_flow();
      break;
    case PN_DELIVERY:
      if (const auto ours = known(pn_event_link(event))) {
        ours->handle_delivery(pn_event_delivery(event));
      } else {
        pn_delivery_settle(pn_event_delivery(event));  // on its way when we closed the link
      }
      break;
    case PN_TRANSPORT_ERROR:
      if (!why_) why_ = from_engine(pn_transport_condition(engine_->transport()));
      expect_end();
      break;
    default:
      break;
  }
}

void Connection::session_ended(pn_session_t* session) {
  const auto why = from_engine(pn_session_remote_condition(session));
  std::vector<std::pair<pn_link_t*, LinkPtr>> ending;
  for (const auto& [link, ours] : links_) {
    if (pn_link_session(link) == session) ending.emplace_back(link, ours);
  }
  // Who hears of it may want another link at once: none is opened in what is about to be freed.
  const bool was_ours = session == session_;
  if (was_ours) session_ = nullptr;
  for (const auto& [link, ours] : ending) {
    links_.erase(link);
    scan_.forget(ours->name());
    ours->finished(why);
  }
  if (is_server_) attached_ -= links_on(session);
  pn_session_close(session);
  pn_session_free(session);
  if (!was_ours) return;
  // No link can be opened any more, and who has none open would wait for one for ever: the connection ends.
  session_lost_ = true;
  if (!why_) why_ = why;
  pn_connection_close(engine_->connection());
  expect_end();
}

// The engine's object stays until the peer has detached too: freed earlier, its detach would not go out.
void Connection::forget(pn_link_t* link) {
  links_.erase(link);
}

void Connection::close(const Condition& why) {
  if (finished_) return;
  if (why && !why_) why_ = why;
  to_engine(why, pn_connection_condition(engine_->connection()));
  pn_connection_close(engine_->connection());
  expect_end();
  touch();
}

void Connection::abort() {
  wire_->close();
}

void Connection::finish() {
  if (finished_) return;
  finished_ = true;
  wire_->close();
  ticker_.cancel();
  cutter_.cancel();
  if (!why_ && session_lost_) why_ = {.name = kSessionEnded, .description = "the peer ended our session"};
  auto links = std::move(links_);
  links_.clear();
  for (const auto& [link, ours] : links) ours->finished(why_);
  auto events = std::move(events_);
  events_ = {};
  if (events.on_close) events.on_close(why_);
}

}  // namespace millrace::amqp
