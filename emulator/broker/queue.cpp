#include "emulator/broker/queue.hpp"
#include "emulator/broker/behaviour.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

namespace millrace::bus {
namespace {

/// What a stored message costs beside its bytes: map nodes, indexes, the row.
constexpr size_t kBytesPerMessage = 512;

/// What a property costs beside its name and text: a map node.
constexpr size_t kBytesPerProperty = 128;

/// Names and values.
size_t size_of(const Properties& properties) {
  size_t size = 0;
  for (const auto& [name, value] : properties) {
    const auto* text = std::get_if<std::string>(&value);
    size += name.size() + (text != nullptr ? text->size() : sizeof(int64_t));
  }
  return size;
}

size_t in_memory(const Properties& properties) {
  return size_of(properties) + kBytesPerProperty * properties.size();
}

size_t size_of(const Message& message) {
  return message.payload->encoded.size() + kBytesPerMessage + in_memory(message.changed);
}

template <class Time>
std::optional<Time> earlier(std::optional<Time> a, std::optional<Time> b) {
  if (!a || !b) return a ? a : b;
  return std::min(*a, *b);
}

void merge(Properties& into, const Properties& changed) {
  for (const auto& [name, value] : changed) into.insert_or_assign(name, value);
}

}  // namespace

Properties properties_of(const DeadLetter& why) {
  auto all = why.changed;
  if (!why.reason.empty() && keeps(Behaviour::dead_letter_reason))
    all.insert_or_assign("DeadLetterReason", why.reason);
  if (!why.description.empty() && keeps(Behaviour::dead_letter_description))
    all.insert_or_assign("DeadLetterErrorDescription", why.description);
  return all;
}

Queue::Queue(EntityId id, std::string path, QueueSettings settings, std::shared_ptr<Queue> dead_letters,
             TokenSource new_token, std::shared_ptr<Timetable> timetable)
    : id_(id),
      path_(std::move(path)),
      settings_(settings),
      dead_letters_(std::move(dead_letters)),
      new_token_(std::move(new_token)),
      touch_{std::move(timetable), id} {
  if (dead_letters_ != nullptr) dead_letters_->parent_ = this;
}

Queue::~Queue() {
  // A receiver's link may hold the dead letters longer.
  if (dead_letters_ != nullptr && dead_letters_->parent_ == this) dead_letters_->parent_ = nullptr;
}

size_t Queue::bytes_of_entity() const {
  const auto* other = is_dead_letter_queue() ? parent_ : dead_letters_.get();
  return bytes_ + (other != nullptr ? other->bytes_ : 0);
}

Sequence Queue::put(Message message, Change& change) {
  const auto sequence = take_number(change);
  message.sequence = sequence;
  if (message.enqueue_sequence == 0) message.enqueue_sequence = sequence;
  bytes_ += size_of(message);
  change.effects.emplace_back(PutMessage{id_, message});
  change.arrivals.push_back({id_, std::move(message)});
  return sequence;
}

Sequence Queue::take_number(Change& change) {
  const auto sequence = next_sequence_;
  next_sequence_ += keeps(Behaviour::numbers_by_one) ? 1 : 2;
  change.effects.emplace_back(AdvanceSequence{id_, next_sequence_});
  return sequence;
}

std::vector<Message> Queue::due(WallTime now) const {
  std::vector<Message> messages;
  for (const auto& [time, sequence] : scheduled_) {
    if (time > now) break;
    messages.push_back(messages_.at(sequence).message);
  }
  return messages;
}

void Queue::remove_scheduled(Sequence sequence, Change& change) {
  const auto entry = messages_.find(sequence);
  scheduled_.erase({*entry->second.message.scheduled, sequence});
  erase(entry, change);
}

Answer<> Queue::cancel_scheduled(const std::vector<Sequence>& sequences, Change& change) {
  for (const auto sequence : sequences) {
    const auto entry = messages_.find(sequence);
    if (entry == messages_.end() || entry->second.message.state != MessageState::scheduled) {
      return refuse(Reason::message_not_found,
                    fmt::format("Failed to find the scheduled message with sequence number {}.", sequence));
    }
  }
  if (!keeps(Behaviour::cancel_scheduled)) return {};
  for (const auto sequence : std::set(sequences.begin(), sequences.end())) remove_scheduled(sequence, change);
  return {};
}

void Queue::put_dead_letter(Message message, const std::string& reason, Change& change) {
  message.changed.insert_or_assign("DeadLetterReason", reason);
  message.dead_letter_source = path_;
  message.expires.reset();
  dead_letters_->put(std::move(message), change);
}

void Queue::arrive(Message message, Change& change) {
  const auto sequence = message.sequence;
  const auto at = messages_.emplace(sequence, Entry{std::move(message), {}}).first;
  const auto* session =
      keeps(Behaviour::session_covers_later) ? nullptr : sessions_.find(at->second.message.session_id);
  const bool is_too_late = session != nullptr && session->lock;
  if (at->second.message.state == MessageState::active && !is_too_late) make_available(at->second);
  if (at->second.message.state == MessageState::scheduled)
    scheduled_.emplace(*at->second.message.scheduled, sequence);
  change.awake.insert(id_);
}

void Queue::restore(Message message) {
  Change nobody_waits_yet;
  bytes_ += size_of(message);
  next_sequence_ = std::max(next_sequence_, message.sequence + 1);
  arrive(std::move(message), nobody_waits_yet);
}

void Queue::clear() {
  messages_.clear();
  tokens_.clear();
  lock_deadlines_.clear();
  expiries_.clear();
  scheduled_.clear();
  available_.clear();
  sessions_ = SessionTable(touch_);
  bytes_ = 0;
}

void Queue::refresh(Moment now, Change& change) {
  while (keeps(Behaviour::lock_expiry) && !lock_deadlines_.empty() &&
         lock_deadlines_.begin()->first <= now.mono) {
    expire_lock(messages_.find(lock_deadlines_.begin()->second), change);
  }
  for (const auto& session_id :
       keeps(Behaviour::session_expiry) ? sessions_.expired(now.mono) : std::vector<std::string>{}) {
    const auto owner = sessions_.find(session_id)->lock->owner;
    change.lost.push_back({id_, session_id, owner});
    change.awake.insert(id_);
    for (const auto sequence : sessions_.unlock(session_id)) {
      expire_lock(messages_.find(sequence), change);
    }
  }
  while (!expiries_.empty() && expiries_.begin()->first <= now.wall) {
    const auto entry = messages_.find(expiries_.begin()->second);
    make_unavailable(entry->second);
    if (settings_.dead_letter_on_expiry && dead_letters_ != nullptr &&
        keeps(Behaviour::dead_letter_on_expiry)) {
      move_to_dead_letters(entry, {"TTLExpiredException", "The message expired and was dead lettered.", {}},
                           change);
    } else {
      erase(entry, change);
    }
  }
}

Deadlines Queue::deadlines() const {
  return {earlier(sessions_.next_deadline(), lock_deadlines_.first()),
          earlier(expiries_.first(), scheduled_.first())};
}

Answer<> Queue::complete(const Uuid& token, Change& change) {
  const auto entry = find_locked(token);
  if (!entry) return keeps(Behaviour::message_lock) ? std::unexpected(entry.error()) : Answer<>{};
  if (keeps(Behaviour::complete_deletes)) {
    erase(*entry, change);
  } else {
    unlock((*entry)->second);
  }
  return {};
}

Answer<> Queue::abandon(const Uuid& token, const Properties& changed, Change& change) {
  const auto entry = find_locked(token);
  if (!entry) return std::unexpected(entry.error());
  auto& message = (*entry)->second.message;
  if (auto added = add(message, keeps(Behaviour::abandon_merges) ? changed : Properties{}, change); !added)
    return added;
  if (!keeps(Behaviour::deferred_stays)) message.state = MessageState::active;
  fail_delivery(*entry, change, keeps(Behaviour::abandon_counts));
  return {};
}

Answer<> Queue::defer(const Uuid& token, const Properties& changed, Change& change) {
  const auto entry = find_locked(token);
  if (!entry) return std::unexpected(entry.error());
  auto& message = (*entry)->second.message;
  if (auto added = add(message, keeps(Behaviour::defer_merges) ? changed : Properties{}, change); !added)
    return added;
  if (keeps(Behaviour::defer_hides)) message.state = MessageState::deferred;
  change.effects.emplace_back(UpdateMessage{id_, message});
  unlock((*entry)->second);
  return {};
}

Answer<> Queue::dead_letter(const Uuid& token, const DeadLetter& why, Change& change) {
  const auto entry = find_locked(token);
  if (!entry) return std::unexpected(entry.error());
  if (is_dead_letter_queue()) {
    if (!keeps(Behaviour::dead_letter_once)) return abandon(token, {}, change);
    return refuse(Reason::not_allowed, "A message in a dead-letter queue cannot be dead-lettered again.");
  }
  if (auto good = check_added((*entry)->second.message, properties_of(why), change, kReasonBytesAlways);
      !good)
    return good;
  move_to_dead_letters(*entry, why, change);
  return {};
}

Answer<WallTime> Queue::renew(const Uuid& token, Moment now) {
  const auto found = find_locked(token);
  if (!found && !keeps(Behaviour::message_lock)) return now.wall;
  if (!found) return std::unexpected(found.error());
  if (settings_.requires_session) {
    return refuse(Reason::not_allowed, "Renew the lock of the session, not of its messages.");
  }
  auto& lock = *(*found)->second.lock;
  if (!keeps(Behaviour::renew_lock)) return lock.until_wall;
  lock_deadlines_.erase({lock.until, (*found)->first});
  lock.until = now.mono + settings_.lock_duration;
  lock.until_wall = now.wall + settings_.lock_duration;
  lock_deadlines_.emplace(lock.until, (*found)->first);
  return lock.until_wall;
}

void Queue::make_available(const Entry& entry) {
  const auto& message = entry.message;
  if (settings_.requires_session) {
    sessions_.add_available(message.session_id, message.sequence);
  } else {
    available_.insert(message.sequence);
  }
  if (message.expires) expiries_.emplace(*message.expires, message.sequence);
}

void Queue::make_unavailable(const Entry& entry) {
  const auto& message = entry.message;
  if (settings_.requires_session) {
    sessions_.remove_available(message.session_id, message.sequence);
  } else {
    available_.erase(message.sequence);
  }
  if (message.expires) expiries_.erase({*message.expires, message.sequence});
}

Delivery Queue::lock(Entry& entry, Moment now) {
  const auto& message = entry.message;
  const auto token = new_token_();
  if (settings_.requires_session) {
    sessions_.take(message.session_id, message.sequence);
    const auto* session = sessions_.find(message.session_id);
    entry.lock = Lock{token, MonoTime::max(), session->lock->until_wall};
  } else {
    entry.lock = Lock{token, now.mono + settings_.lock_duration, now.wall + settings_.lock_duration};
    lock_deadlines_.emplace(entry.lock->until, message.sequence);
  }
  tokens_.emplace(token, message.sequence);
  return {message, token, entry.lock->until_wall};
}

void Queue::unlock(Entry& entry) {
  if (!entry.lock) return;
  tokens_.erase(entry.lock->token);
  lock_deadlines_.erase({entry.lock->until, entry.message.sequence});
  entry.lock.reset();
  if (settings_.requires_session) sessions_.drop_taken(entry.message.session_id, entry.message.sequence);
  if (entry.message.state == MessageState::active) make_available(entry);
}

Answer<size_t> Queue::growth_of(const Message& message, const Properties& added) {
  auto all = message.changed;
  merge(all, added);
  if (size_of(all) > std::max(kAddedBytesMost, size_of(message.changed))) {
    return refuse(Reason::argument, fmt::format("The properties that were added to the message are more than "
                                                "{} bytes. It is still locked: settle it with fewer.",
                                                kAddedBytesMost));
  }
  const auto wanted = in_memory(all);
  return wanted - std::min(wanted, in_memory(message.changed));
}

Answer<> Queue::check_room(size_t bytes, const Change& change) const {
  if (auto may = change.may_grow(); !may || has_room(bytes)) return may;
  return refuse(Reason::quota_exceeded,
                fmt::format("'{}' is full. Settle its messages without more properties.", path_));
}

Answer<> Queue::check_added(const Message& message, const Properties& added, const Change& change,
                            size_t always) const {
  const auto growth = growth_of(message, added);
  if (!growth) return std::unexpected(growth.error());
  return *growth > always ? check_room(*growth, change) : Answer<>{};
}

Answer<> Queue::add(Message& message, const Properties& added, const Change& change) {
  if (auto good = check_added(message, added, change); !good) return good;
  bytes_ -= size_of(message);
  merge(message.changed, added);
  bytes_ += size_of(message);
  return {};
}

void Queue::expire_lock(Entries::iterator entry, Change& change) {
  fail_delivery(entry, change, keeps(Behaviour::expiry_counts));
}

void Queue::fail_delivery(Entries::iterator entry, Change& change, bool counts) {
  auto& message = entry->second.message;
  if (counts) ++message.delivery_count;
  if (is_dead_letter_queue() && !keeps(Behaviour::dead_letter_stays) &&
      message.delivery_count >= settings_.max_delivery_count) {
    return erase(entry, change);
  }
  if (keeps(Behaviour::max_deliveries) && !is_dead_letter_queue() &&
      message.delivery_count >= settings_.max_delivery_count) {
    move_to_dead_letters(
        entry,
        {"MaxDeliveryCountExceeded",
         fmt::format("Message could not be consumed after {} delivery attempts.", message.delivery_count),
         {}},
        change);
    return;
  }
  change.effects.emplace_back(UpdateMessage{id_, message});
  unlock(entry->second);
  change.awake.insert(id_);
}

void Queue::erase(Entries::iterator entry, Change& change) {
  auto& message = entry->second.message;
  change.effects.emplace_back(RemoveMessage{id_, message.sequence, message.payload->id});
  bytes_ -= size_of(message);
  if (!keeps(Behaviour::locked_lives_on) && message.expires)
    expiries_.erase({*message.expires, message.sequence});
  // Unlocking must not put it back among the available.
  message.state = MessageState::deferred;
  unlock(entry->second);
  messages_.erase(entry);
}

void Queue::move_to_dead_letters(Entries::iterator entry, const DeadLetter& why, Change& change) {
  auto message = entry->second.message;
  merge(message.changed, properties_of(why));
  if (keeps(Behaviour::dead_letter_source)) message.dead_letter_source = path_;
  message.enqueue_sequence = message.sequence;
  message.state = MessageState::active;
  message.expires.reset();  // time to live is not observed among the dead letters
  // Before the removal, so that the payload always has an owner in the store.
  dead_letters_->put(std::move(message), change);
  erase(entry, change);
}

Answer<Queue::Entries::iterator> Queue::find_locked(const Uuid& token) {
  const auto found = tokens_.find(token);
  if (found != tokens_.end()) return messages_.find(found->second);
  if (settings_.requires_session) {
    return refuse(Reason::session_lock_lost,
                  "The session lock has expired on the message session. Accept a new session.");
  }
  return refuse(Reason::message_lock_lost,
                "The lock supplied is invalid. Either the lock expired, or the message has already been "
                "removed from the queue.");
}

}  // namespace millrace::bus
