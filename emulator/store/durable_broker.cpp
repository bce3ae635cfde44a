#include "emulator/store/durable_broker.hpp"

#include <memory>
#include <vector>

#include <boost/asio/post.hpp>

namespace millrace::bus {
namespace {

constexpr std::chrono::seconds kRoomCheckedEvery{1};

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
        if (!has_room()) {
          return refuse(Reason::quota_exceeded, "The disk of the bus is nearly full. Free some space on it.");
        }
        return broker_.send(path, std::move(messages), now, change);
      },
      std::move(then));
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

void DurableBroker::watch(Queue& queue, ReceiverId receiver, std::function<void()> wake) {
  watchers_[queue.id()][receiver] = std::move(wake);
}

void DurableBroker::unwatch(Queue& queue, ReceiverId receiver) {
  watchers_[queue.id()].erase(receiver);
}

void DurableBroker::watch_session(ReceiverId receiver, std::function<void()> lost) {
  session_watchers_[receiver] = std::move(lost);
}

void DurableBroker::unwatch_session(ReceiverId receiver) {
  session_watchers_.erase(receiver);
}

void DurableBroker::stop() {
  timer_.cancel();
}

void DurableBroker::tell(Change& change) {
  for (const auto& lost : std::exchange(change.lost, {})) {
    boost::asio::post(loop_, [this, receiver = lost.receiver] {
      if (const auto found = session_watchers_.find(receiver); found != session_watchers_.end()) {
        const auto tell_it = found->second;  // it may unwatch itself
        tell_it();
      }
    });
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
    auto& last = last_woken_[queue];
    std::vector<ReceiverId> order;
    const auto& watchers = watchers_[queue];
    for (auto at = watchers.upper_bound(last); at != watchers.end(); ++at) order.push_back(at->first);
    for (auto at = watchers.begin(); at != watchers.upper_bound(last); ++at) order.push_back(at->first);
    if (!order.empty()) last = order.front();
    for (const auto receiver : order) {
      const auto found = watchers_[queue].find(receiver);
      if (found == watchers_[queue].end()) continue;
      const auto wake = found->second;
      wake();
    }
  }
}

void DurableBroker::arm() {
  const auto now = moment(clock_);
  const auto deadline = broker_.next_deadline(now);
  if (!deadline || (armed_ && *armed_ <= *deadline)) return;
  armed_ = deadline;
  timer_.expires_after(std::max(*deadline - now.mono, Millis{0}));
  timer_.async_wait([this](boost::system::error_code failed) {
    if (failed) return;  // armed anew, or stopping
    armed_.reset();
    at_once([](Moment, Change&) { return 0; });
    arm();
  });
}

}  // namespace millrace::bus
