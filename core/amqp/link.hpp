// One AMQP link, either direction, either side.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "core/amqp/value.hpp"

struct pn_link_t;
struct pn_delivery_t;

namespace millrace::amqp {

class Connection;

/// An AMQP error: a symbol, a text for people, more for programs.
struct Condition {
  std::string name;  ///< e.g. "amqp:not-found"; empty: no error
  std::string description;
  Map info;
  explicit operator bool() const { return !name.empty(); }
};

/// What became of a delivery.
struct Outcome {
  enum class Kind { none, accepted, rejected, released, modified };
  Kind kind = Kind::none;
  Condition condition;              ///< rejected: why
  bool delivery_failed = false;     ///< modified
  bool undeliverable_here = false;  ///< modified
  Map annotations;                  ///< modified

  static Outcome accepted() { return {.kind = Kind::accepted}; }
  static Outcome rejected(Condition why) { return {.kind = Kind::rejected, .condition = std::move(why)}; }
};

/// Numbers the deliveries of one link, from 1.
using DeliveryId = uint64_t;

/// The longest message that a link takes when its attach named no limit.
inline constexpr size_t kMessageBytesUnlessSaid = size_t{4} * 1024 * 1024;

/// What a link that asks `has_room` gives the engine before the peer reads: so many messages, and so many
/// bytes with the other links of its session, beyond one message. Enough to keep a peer busy that reads.
inline constexpr size_t kUnreadMessagesMost = 256;
inline constexpr size_t kUnreadBytesMost = size_t{1} << 20U;

struct Incoming {
  DeliveryId id = 0;
  /// The whole message. Of one that is longer than the link takes, only the beginning, one byte longer than
  /// allowed: reject it.
  Bytes bytes;
  Bytes tag;  ///< as the sender chose it
  uint32_t message_format = 0;
  bool settled = false;  ///< the sender wants no answer
};

enum class SenderMode : uint8_t { unsettled = 0, settled = 1, mixed = 2 };
enum class ReceiverMode : uint8_t { first = 0, second = 1 };

/// What to ask for with an attach of our own, to receive.
struct ReceiverAttach {
  std::string source;
  std::string target;  ///< empty: none
  Value properties;    ///< a map, or null
  Value filter;        ///< the source's: a map, or null
  ReceiverMode mode = ReceiverMode::first;
  SenderMode sender_mode = SenderMode::mixed;  ///< `settled` asks for receive-and-delete
};

/// How to answer a peer's attach.
struct AttachReply {
  uint64_t max_message_size = 0;  ///< 0: no limit is said, and kMessageBytesUnlessSaid holds
  Value properties;               ///< a map, or null
  std::optional<Value> filter;    ///< replaces the source's filter; nothing echoes the peer's
};

/// A link of one connection. Loop thread only. Every method is harmless once the link is closed, so an answer
/// that comes too late goes nowhere. Shared by its connection and its user. The callbacks may own the link's
/// user: they are dropped soon after it closed, by either side.
class Link : public std::enable_shared_from_this<Link> {
 public:
  Link(Connection& connection, pn_link_t* link);
  ~Link() = default;
  Link(const Link&) = delete;
  Link& operator=(const Link&) = delete;

  const std::string& name() const { return name_; }
  bool is_sender() const { return is_sender_; }
  bool is_closed() const { return link_ == nullptr; }

  // What the peer said when it attached.
  std::string remote_source() const;
  std::string remote_target() const;
  Value remote_filter() const;      ///< the source's filter map, or null
  Value remote_properties() const;  ///< a map, or null
  SenderMode remote_sender_mode() const;
  ReceiverMode remote_receiver_mode() const;
  uint64_t remote_max_message_size() const;

  /// Answers the peer's attach: termini and modes are echoed. May come later than the attach.
  void accept(const AttachReply& reply);
  /// Answers the peer's attach with an empty terminus and a detach.
  void refuse(const Condition& why);
  /// Detaches from our side; no callback follows.
  void close(const Condition& why = {});

  // Receiving.
  void add_credit(uint32_t count);
  /// Asks the peer to use up the credit or to give it back; `on_flow` tells.
  void drain();
  uint32_t credit() const;  ///< either direction: what is left

  // Sending. A message sent without credit waits in the engine.
  /// How many wait there: for credit, or for a peer that reads.
  size_t waiting() const;
  /// False while the engine, with so much that is on its way there, holds enough for a peer that does not
  /// read; `on_flow` is called when it is over.
  bool has_room(size_t messages = 0, size_t bytes = 0);
  bool is_draining() const;
  /// Gives back the credit that is left, as a drain asks.
  void drained();
  DeliveryId send(BytesView message, BytesView tag, bool settled = false);

  /// Settles a delivery of either direction with our outcome. An id that is already settled is ignored.
  void settle(DeliveryId id, const Outcome& outcome);
  /// Receiving with mode `second`: says the outcome that we want; `on_outcome` brings what the sender made of
  /// it. An id that is settled is ignored.
  void propose(DeliveryId id, const Outcome& outcome);

  std::function<void()> on_open;  ///< our attach was accepted
  std::function<void(Incoming)> on_message;
  std::function<void()> on_flow;  ///< credit or drain changed, or there is room again
  /// The peer's outcome of what we sent, or of what we proposed; when `settled` is false the peer waits for
  /// our `settle`.
  std::function<void(DeliveryId, Outcome, bool settled)> on_outcome;
  /// The peer detached, its session ended or the connection is gone. Called once, last.
  std::function<void(Condition)> on_close;

 private:
  friend class Connection;
  void handle_delivery(pn_delivery_t* delivery);
  void receive(pn_delivery_t* delivery);
  void outcome_changed(pn_delivery_t* delivery);
  /// Ends the link for its user; the engine's object is no longer ours.
  void finished(const Condition& why);
  /// The engine's object is gone, and nobody is told.
  void abandon();
  void drop_callbacks();

  Connection* connection_;
  pn_link_t* link_;
  std::string name_;
  bool is_sender_;
  DeliveryId next_id_ = 1;
  size_t most_bytes_ = kMessageBytesUnlessSaid;
  Bytes partial_;  // what has come of the message under way
  std::map<DeliveryId, pn_delivery_t*> deliveries_;
};
using LinkPtr = std::shared_ptr<Link>;

}  // namespace millrace::amqp
