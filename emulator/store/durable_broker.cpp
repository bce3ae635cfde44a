#include "emulator/store/durable_broker.hpp"

#include <algorithm>
#include <memory>
#include <vector>

#include <fmt/format.h>
#include <boost/asio/post.hpp>

namespace millrace::bus {
namespace {

constexpr std::chrono::seconds kRoomCheckedEvery{1};
/// A message may be for a time in thousands of years, which a timer cannot hold: it looks again.
constexpr Millis kLongestWait = std::chrono::hours{24};

}  // namespace

DurableBroker::DurableBroker(boost::asio::io_context& loop, const Clock& clock, Broker& broker,
                             BusStore& store)
    : loop_(loop), clock_(clock), broker_(broker), store_(store), timer_(loop) {
  arm();
}

void DurableBroker::send(const std::string& path, std::vector<Incoming> messages,
                         std::function<void(Answer<Broker::Sent>)> then) {
  durably(
      [&](Moment now, Change& change) -> Answer<Broker::Sent> {
        return broker_.send(path, std::move(messages), now, change);
      },
      std::move(then));
}

void DurableBroker::clock_changed() {
  at_once([](Moment, Change&) { return 0; });
}

bool DurableBroker::has_room() {
  const auto now = clock_.mono();
  if (!room_checked_ || now - *room_checked_ >= kRoomCheckedEvery) {
    room_checked_ = now;
    has_room_ = store_.has_room();
  }
  return has_room_;
}

Moment DurableBroker::begin(Change& change) {
  const auto now = moment(clock_);
  change.disk_has_room = has_room();
  broker_.refresh(now, change);
  return now;
}

void DurableBroker::finish(Change change, std::function<void()> then) {
  tell(change);
  arm();
  // Through the store even when there is nothing to write: an answer must not overtake an earlier commit that
  // it rests on (a duplicate is accepted because the original was).
  auto effects = std::move(change.effects);
  const auto kept = std::make_shared<Change>(std::move(change));
  store_.commit(std::move(effects), [this, kept, then = std::move(then)] {
    broker_.committed(*kept);
    tell(*kept);
    arm();
    then();
  });
}

void DurableBroker::watch(const Queue& queue, ReceiverId receiver, Watcher watcher) {
  watchers_[queue.id()][receiver] = std::move(watcher);
}

void DurableBroker::unwatch(const Queue& queue, ReceiverId receiver) {
  const auto found = watchers_.find(queue.id());
  if (found == watchers_.end()) return;
  found->second.erase(receiver);
  if (!found->second.empty()) return;
  watchers_.erase(found);
  last_woken_.erase(queue.id());
}

void DurableBroker::stop() {
  timer_.cancel();
}

void DurableBroker::tell_end(EntityId queue, ReceiverId receiver, const Refusal& why) {
  boost::asio::post(loop_, [this, queue, receiver, why] {
    const auto at = watchers_.find(queue);
    if (at == watchers_.end()) return;
    const auto found = at->second.find(receiver);
    if (found == at->second.end()) return;
    const auto ended = found->second.ended;  // it may unwatch itself
    ended(why);
  });
}

void DurableBroker::tell(Change& change) {
  for (const auto& lost : std::exchange(change.lost, {})) {
    tell_end(lost.queue, lost.receiver,
             {Reason::session_lock_lost,
              fmt::format("The lock on the session '{}' has expired. Accept the session again.",
                          lost.session_id)});
  }
  for (const auto& ended : std::exchange(change.ended, {})) {
    const auto at = watchers_.find(ended.queue);
    if (at == watchers_.end()) continue;
    for (const auto& [receiver, watcher] : at->second) tell_end(ended.queue, receiver, ended.why);
  }
  awake_.merge(std::exchange(change.awake, {}));
  if (awake_.empty() || wake_up_posted_) return;
  wake_up_posted_ = true;
  boost::asio::post(loop_, [this] { wake_up(); });
}

void DurableBroker::wake_up() {
  wake_up_posted_ = false;
  for (const auto queue : std::exchange(awake_, {})) {
    // From the one after the last that was woken first; each may change the list of watchers.
    const auto at = watchers_.find(queue);
    if (at == watchers_.end()) continue;
    auto& last = last_woken_[queue];
    std::vector<ReceiverId> order;
    for (auto next = at->second.upper_bound(last); next != at->second.end(); ++next)
      order.push_back(next->first);
    for (auto next = at->second.begin(); next != at->second.upper_bound(last); ++next)
      order.push_back(next->first);
    if (!order.empty()) last = order.front();
    for (const auto receiver : order) {
      const auto still = watchers_.find(queue);
      if (still == watchers_.end()) break;
      const auto found = still->second.find(receiver);
      if (found == still->second.end()) continue;
      const auto wake = found->second.wake;
      wake();
    }
  }
}

void DurableBroker::arm() {
  const auto now = moment(clock_);
  const auto deadline = broker_.next_deadline(now);
  if (!deadline || (armed_ && *armed_ <= *deadline)) return;
  armed_ = deadline;
  timer_.expires_after(std::clamp(*deadline - now.mono, Millis{0}, kLongestWait));
  timer_.async_wait([this](boost::system::error_code failed) {
    if (failed) return;  // armed anew, or stopping
    armed_.reset();
    at_once([](Moment, Change&) { return 0; });
    arm();
  });
}

}  // namespace millrace::bus
