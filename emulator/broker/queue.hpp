// A queue, a subscription or a dead-letter sub-queue: messages in order, and who holds which.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "emulator/broker/change.hpp"
#include "emulator/broker/deadlines.hpp"
#include "emulator/broker/definition.hpp"
#include "emulator/broker/refusal.hpp"
#include "emulator/broker/sessions.hpp"

namespace millrace::bus {

/// The most bytes that one queue keeps in memory, with its dead letters; then senders are told that it is
/// full.
inline constexpr size_t kQueueBytesMost = size_t{1} << 30U;

/// What abandon, defer and dead-letter may add to a message in all, names and values: as much as the service
/// allows for the properties of a message.
inline constexpr size_t kAddedBytesMost = size_t{64} * 1024;
/// So much a message gets with it to the dead letters even where there is no room: its reason.
inline constexpr size_t kReasonBytesAlways = size_t{4} * 1024;

/// Makes lock tokens.
using TokenSource = std::function<Uuid()>;

struct SessionGrant {
  std::string session_id;
  WallTime locked_until;
};

/// A session, and the receiver that says it holds it.
struct SessionUse {
  std::string session_id;
  ReceiverId receiver;
};

/// Why a message goes to the dead letters, and what becomes of its properties.
struct DeadLetter {
  std::string reason;
  std::string description;
  Properties changed;
};
/// All that is added to its properties.
Properties properties_of(const DeadLetter& why);

/// Decides alone, in memory; what must survive goes into the Change. Call `refresh` with the time of a
/// command before the command: it ends the locks and lives that are over. Owned by the broker, and until they
/// are closed by the links of its receivers; loop thread.
class Queue : public std::enable_shared_from_this<Queue> {
 public:
  /// `dead_letters` is null for a dead-letter sub-queue.
  Queue(EntityId id, std::string path, QueueSettings settings, std::shared_ptr<Queue> dead_letters,
        TokenSource new_token, std::shared_ptr<Timetable> timetable);
  ~Queue();
  Queue(const Queue&) = delete;
  Queue& operator=(const Queue&) = delete;

  EntityId id() const { return id_; }
  const std::string& path() const { return path_; }
  const QueueSettings& settings() const { return settings_; }
  /// For locks, messages and deliveries from now on.
  void change_settings(const QueueSettings& settings) { settings_ = settings; }
  bool is_dead_letter_queue() const { return dead_letters_ == nullptr; }
  Queue* dead_letters() const { return dead_letters_.get(); }
  bool has_room(size_t bytes) const { return bytes_of_entity() + bytes <= kQueueBytesMost; }

  /// Gives the message its number, which it returns, and, once committed, its place. `enqueue_sequence` 0
  /// means the same number.
  Sequence put(Message message, Change& change);
  /// A number without a message: what a topic gives to a message that goes on to its subscriptions.
  Sequence take_number(Change& change);

  // Scheduled messages wait here, seen by `peek` alone, until the broker enqueues them anew.
  /// Those whose time has come, the earliest first.
  std::vector<Message> due(WallTime now) const;
  void remove_scheduled(Sequence sequence, Change& change);
  /// All or none.
  Answer<> cancel_scheduled(const std::vector<Sequence>& sequences, Change& change);

  /// For a message that this queue cannot hold, and that was accepted nevertheless.
  void put_dead_letter(Message message, const std::string& reason, Change& change);
  /// The message's effects are on disk: receivers may have it.
  void arrive(Message message, Change& change);
  /// From the store, at start.
  void restore(Message message);
  void restore_session_state(const std::string& session_id, Bytes state);
  void restore_next_sequence(Sequence next) { next_sequence_ = next; }
  /// Forgets everything: it was deleted.
  void clear();

  /// Ends locks and lives that are over at `now`.
  void refresh(Moment now, Change& change);
  /// When `refresh` will have something to do, or something is due.
  Deadlines deadlines() const;

  // Receiving. `session_id` is null for a queue without sessions.
  bool has_available(ReceiverId receiver, const std::string* session_id) const {
    return first_available(receiver, session_id).has_value();
  }
  std::optional<Delivery> take(ReceiverId receiver, const std::string* session_id, Moment now);
  std::optional<Delivery> take_and_delete(ReceiverId receiver, const std::string* session_id, Moment now,
                                          Change& change);
  Answer<std::vector<Delivery>> take_deferred(const std::vector<Sequence>& sequences,
                                              const std::optional<SessionUse>& session, bool and_delete,
                                              Moment now, Change& change);
  std::vector<const Message*> peek(Sequence from, size_t count,
                                   const std::optional<std::string>& session_id) const;

  // Settling, by lock token. What is refused stays as it is, and locked.
  /// Refuses unless all of them are good, and their messages together may get these properties. `always`: so
  /// many bytes each gets also where there is no room.
  Answer<> require_locks(const std::vector<Uuid>& tokens, const Properties& added = {},
                         const Change& change = {}, size_t always = 0);
  Answer<> complete(const Uuid& token, Change& change);
  Answer<> abandon(const Uuid& token, const Properties& changed, Change& change);
  Answer<> defer(const Uuid& token, const Properties& changed, Change& change);
  Answer<> dead_letter(const Uuid& token, const DeadLetter& why, Change& change);
  Answer<WallTime> renew(const Uuid& token, Moment now);

  // Sessions. Only the receiver that holds one may use it.
  Answer<SessionGrant> lock_session(const std::string& session_id, ReceiverId receiver, Moment now);
  std::optional<SessionGrant> lock_next_session(ReceiverId receiver, Moment now);
  Answer<WallTime> renew_session(const std::string& session_id, ReceiverId receiver, Moment now);
  /// Its messages go back uncounted. Nothing when the receiver does not hold the session.
  void release_session(const std::string& session_id, ReceiverId receiver, Change& change);
  bool holds_session(const std::string& session_id, ReceiverId receiver) const;
  Answer<std::optional<Bytes>> session_state(const std::string& session_id, ReceiverId receiver) const;
  Answer<> set_session_state(const std::string& session_id, ReceiverId receiver, std::optional<Bytes> state,
                             Change& change);

  /// Somebody sends or receives.
  void touch(WallTime now) { accessed_ = now; }
  /// When that was, since the start.
  WallTime accessed() const { return accessed_; }

  size_t size() const { return messages_.size(); }
  size_t bytes() const { return bytes_; }
  /// Of a queue and its dead letters, whichever of them this is: else what nobody takes from one of them
  /// would have no bound.
  size_t bytes_of_entity() const;
  size_t in_state(MessageState state) const;
  struct MessageView {
    const Message* message;
    std::optional<WallTime> locked_until;
  };
  /// The first so many, in order.
  std::vector<MessageView> view(size_t most) const;
  struct SessionView {
    std::string id;
    size_t messages;
    std::optional<WallTime> locked_until;
    bool has_state;
  };
  std::vector<SessionView> view_sessions() const;
  /// In their order by name: those with messages or a state.
  std::vector<std::string> session_ids() const { return sessions_.ids(); }
  size_t locked() const { return tokens_.size(); }
  size_t locked_sessions() const { return sessions_.locked(); }

 private:
  struct Lock {
    Uuid token;
    MonoTime until;  ///< the far future for a message of a session, whose own lock counts
    WallTime until_wall;
  };
  struct Entry {
    Message message;
    std::optional<Lock> lock;
  };
  using Entries = std::map<Sequence, Entry>;

  std::optional<Sequence> first_available(ReceiverId receiver, const std::string* session_id) const;
  bool gives_deferred(const Entry& entry, const std::optional<SessionUse>& session) const;
  void make_available(const Entry& entry);
  void make_unavailable(const Entry& entry);
  Delivery lock(Entry& entry, Moment now);
  void unlock(Entry& entry);
  /// What a message's properties grow by. Refuses when they would be too many.
  static Answer<size_t> growth_of(const Message& message, const Properties& added);
  Answer<> check_room(size_t bytes, const Change& change) const;
  /// `always`: so many bytes are taken also where there is no room.
  Answer<> check_added(const Message& message, const Properties& added, const Change& change,
                       size_t always = 0) const;
  Answer<> add(Message& message, const Properties& added, const Change& change);
  /// Unlocks it after a failed delivery: counts, and dead-letters when that was the last.
  void fail_delivery(Entries::iterator entry, Change& change, bool counts);
  void expire_lock(Entries::iterator entry, Change& change);
  void erase(Entries::iterator entry, Change& change);
  void move_to_dead_letters(Entries::iterator entry, const DeadLetter& why, Change& change);
  Answer<Entries::iterator> find_locked(const Uuid& token);
  Answer<> require_session_lock(const std::string& session_id, ReceiverId receiver) const;
  size_t state_bytes(const std::string& session_id) const;
  void keep_state(const std::string& session_id, std::optional<Bytes> state);
  SessionGrant grant(const std::string& session_id, ReceiverId receiver, Moment now);

  EntityId id_;
  std::string path_;
  QueueSettings settings_;
  std::shared_ptr<Queue> dead_letters_;
  Queue* parent_ = nullptr;  ///< of a dead-letter queue, as long as there is one
  TokenSource new_token_;
  Sequence next_sequence_ = 1;
  size_t bytes_ = 0;
  WallTime accessed_{};

  Entries messages_;
  std::map<Uuid, Sequence> tokens_;
  Touch touch_;
  DeadlineSet<MonoTime, Sequence> lock_deadlines_{touch_};
  DeadlineSet<WallTime, Sequence> expiries_{touch_};  ///< of messages that could be received
  DeadlineSet<WallTime, Sequence> scheduled_{touch_};
  std::set<Sequence> available_;  ///< in a queue without sessions
  SessionTable sessions_{touch_};
};

}  // namespace millrace::bus
