// One AMQP connection: proton's engine between an Asio byte stream and our links.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>

#include "core/amqp/frame_scan.hpp"
#include "core/amqp/link.hpp"
#include "core/base/clock.hpp"
#include "core/net/wire.hpp"

struct pn_session_t;
struct pn_event_t;

namespace millrace::amqp {

inline constexpr uint32_t kMaxFrameBytes = 65'536;
/// JavaScript clients open one session per link, so thousands are normal.
inline constexpr uint16_t kMostChannels = 4'999;
/// What a peer may have attached on all its sessions: two links for each of the channels. With more it is
/// sent away.
inline constexpr size_t kMostLinks = 10'000;
inline constexpr std::chrono::seconds kIdleTime{120};

/// What the last words to a peer may take before the byte stream is cut.
inline constexpr std::chrono::seconds kGoodbyeTime{5};

/// Of our own making, for a session that the peer ends without a reason.
inline constexpr auto kSessionEnded = "millrace:session-ended";

struct ConnectionOptions {
  std::string container_id;
  std::string hostname;  ///< client: the peer's name in SASL and open
  /// Client: SASL PLAIN instead of ANONYMOUS when there is a user. Over TLS only; the caller's to see to.
  std::string user;
  std::string password;
  /// Client: SASL EXTERNAL, which is the certificate that our TLS shows.
  bool external = false;
  /// Server: whether this user and password may come in by SASL PLAIN; not set: everybody may.
  std::function<bool(std::string_view user, std::string_view password)> check_plain;
  /// What the peer is told; after twice of it in silence the connection is given up.
  Millis idle_time = kIdleTime;
};

/// Either side of a connection. Made with `serve` or `connect`, lives until `on_close`, which is called once,
/// last. Loop thread only; one write and one read are under way at most.
class Connection : public std::enable_shared_from_this<Connection> {
 public:
  struct Events {
    std::function<void(Connection&)> on_open;  ///< the peer's open has come
    std::function<void(LinkPtr)> on_link;     ///< the peer attached a link: accept or refuse it, now or later
    std::function<void(Condition)> on_close;  ///< lost, or closed by either side; a reason where there is one
  };

  /// Server side: takes SASL ANONYMOUS, MSSBCBS and PLAIN, and anybody.
  static std::shared_ptr<Connection> serve(boost::asio::any_io_executor executor,
                                           std::unique_ptr<net::Wire> wire, ConnectionOptions options,
                                           Events events);
  /// Client side: SASL ANONYMOUS unless there is a user or `external`; Service Bus is authorised through
  /// `$cbs` afterwards.
  static std::shared_ptr<Connection> connect(boost::asio::any_io_executor executor,
                                             std::unique_ptr<net::Wire> wire, ConnectionOptions options,
                                             Events events);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  /// Client: attaches a link on the connection's one session; the connection ends with that. Set the link's
  /// callbacks before returning to the loop.
  LinkPtr open_sender(const std::string& name, const std::string& target, const Value& properties = {});
  LinkPtr open_receiver(const std::string& name, const ReceiverAttach& attach);
  /// Says goodbye; `on_close` follows when the peer has answered or is gone, or after kGoodbyeTime.
  void close(const Condition& why = {});
  /// Cuts the byte stream at once.
  void abort();
  bool is_closed() const { return finished_; }
  const std::string& remote_container() const { return remote_container_; }

 private:
  friend class Link;
  struct Engine;
  Connection(boost::asio::any_io_executor executor, std::unique_ptr<net::Wire> wire,
             ConnectionOptions options, Events events, bool is_server);
  void start();
  boost::asio::awaitable<void> read_loop();
  boost::asio::awaitable<void> write_loop();
  void feed(BytesView bytes);
  /// Handles what the engine has to say, then writes what it wants to send. Not re-entrant: inner calls are
  /// folded into the outer one.
  void process();
  /// Something was changed from outside the engine's events: process soon.
  void touch();
  void dispatch(pn_event_t* event);
  void tick();
  /// From now on the peer has kGoodbyeTime to hear us out.
  void expect_end();
  void cut_after(Millis time);
  void session_ended(pn_session_t* session);
  void forget(pn_link_t* link);
  LinkPtr known(pn_link_t* link) const;
  /// Lets those go on that `Link::has_room` held back.
  void tell_room();
  void finish();

  boost::asio::any_io_executor executor_;
  std::unique_ptr<net::Wire> wire_;
  ConnectionOptions options_;
  Events events_;
  bool is_server_;
  std::unique_ptr<Engine> engine_;
  FrameScan scan_;
  boost::asio::steady_timer ticker_;
  int64_t ticks_at_ = 0;              // when the ticker is due; 0: it is not set
  boost::asio::steady_timer cutter_;  // of a peer that does not open, or does not take its leave
  pn_session_t* session_ = nullptr;   // client: the one session
  std::map<pn_link_t*, LinkPtr> links_;
  std::set<std::weak_ptr<Link>, std::owner_less<>> held_back_;
  bool is_behind_ = false;  // the engine has more for the peer than the wire has taken
  size_t attached_ = 0;     // server: the peer's links, with those that it has not let go of after a refusal
  std::string remote_container_;
  Condition why_;
  bool processing_ = false;
  bool touched_ = false;
  bool reading_ = true;
  bool writing_ = false;
  bool ending_ = false;
  bool session_lost_ = false;
  bool finished_ = false;
};

}  // namespace millrace::amqp
