// The broker with the time, the disk and those who wait: commands go in, answers come out after the commit.
#pragma once

#include <functional>
#include <map>
#include <set>
#include <type_traits>
#include <utility>

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include "core/base/clock.hpp"
#include "emulator/broker/broker.hpp"
#include "emulator/store/bus_store.hpp"

namespace millrace::bus {

/// Runs each command in three steps: the broker decides in memory, the store commits, then the answer goes
/// out and receivers see what arrived. Tells each command whether the disk has room. Also ends locks and
/// lives when their time comes. Owned by the composition root; loop thread.
class DurableBroker {
 public:
  DurableBroker(boost::asio::io_context& loop, const Clock& clock, Broker& broker, BusStore& store);
  DurableBroker(const DurableBroker&) = delete;
  DurableBroker& operator=(const DurableBroker&) = delete;

  const Broker& entities() const { return broker_; }
  /// Runs `command(Broker&, Moment, Change&)`, otherwise as `durably`: for administration.
  template <class Command, class Then>
  void administer(Command command, Then then) {
    durably([this, &command](Moment now, Change& change) { return command(broker_, now, change); },
            std::move(then));
  }
  Queue* queue(std::string_view path) const { return broker_.queue(path); }
  ReceiverId new_receiver() { return ++last_receiver_; }
  Uuid new_id() const { return Uuid::v7(clock_.wall()); }

  /// Runs `command(Moment, Change&)` and hands its answer to `then(answer)` once its effects are on disk; in
  /// the order of the calls.
  template <class Command, class Then>
  void durably(Command&& command, Then then) {
    Change change;
    const auto now = begin(change);
    auto answer = command(now, change);
    finish(std::move(change),
           [then = std::move(then), answer = std::move(answer)]() mutable { then(std::move(answer)); });
  }
  /// Runs a command that is answered at once; what it changes on the side still goes to disk.
  template <class Command>
  auto at_once(Command&& command) {
    Change change;
    const auto now = begin(change);
    auto answer = command(now, change);
    if (change.durable()) {
      finish(std::move(change), [] {});
    } else {
      tell(change);
      arm();
    }
    return answer;
  }
  void send(const std::string& path, std::vector<Incoming> messages,
            std::function<void(Answer<Broker::Sent>)> then);

  /// The wall clock was put forward or back: what is due by now is done at once.
  void clock_changed();

  /// Whether the disk has room, looked up once a second.
  bool has_room();

  /// Who receives from a queue. Both run on the loop.
  struct Watcher {
    std::function<void()> wake;                 ///< a message or a session may be available
    std::function<void(const Refusal&)> ended;  ///< its session's lock expired, or the queue is gone
  };
  void watch(const Queue& queue, ReceiverId receiver, Watcher watcher);
  void unwatch(const Queue& queue, ReceiverId receiver);

  void stop();

 private:
  Moment begin(Change& change);
  void finish(Change change, std::function<void()> then);
  /// Tells those whom the change concerns, from the loop and not from within the command.
  void tell(Change& change);
  void tell_end(EntityId queue, ReceiverId receiver, const Refusal& why);
  void wake_up();
  void arm();

  boost::asio::io_context& loop_;
  const Clock& clock_;
  Broker& broker_;
  BusStore& store_;
  ReceiverId last_receiver_ = 0;
  std::map<EntityId, std::map<ReceiverId, Watcher>> watchers_;
  std::map<EntityId, ReceiverId> last_woken_;  ///< so that competing receivers take turns
  std::set<EntityId> awake_;
  bool wake_up_posted_ = false;
  boost::asio::steady_timer timer_;
  std::optional<MonoTime> armed_;
  std::optional<MonoTime> room_checked_;
  bool has_room_ = true;
};

}  // namespace millrace::bus
