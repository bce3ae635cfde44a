#include "edge/api/sync_hub.hpp"

#include <set>

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace millrace::edge {

namespace asio = boost::asio;

struct SyncHub::State {
  explicit State(asio::any_io_executor on) : loop(std::move(on)) {}
  void wake_all() {
    for (auto* timer : waiting) timer->cancel();
  }
  asio::any_io_executor loop;
  std::set<asio::steady_timer*> waiting;
  size_t watchers = 0;
  bool closed = false;
};

SyncHub::SyncHub(asio::any_io_executor loop) : state_(std::make_shared<State>(std::move(loop))) {}

SyncHub::~SyncHub() {
  close();
}

void SyncHub::ring() {
  state_->wake_all();
}

void SyncHub::close() {
  state_->closed = true;
  state_->wake_all();
}

size_t SyncHub::watchers() const {
  return state_->watchers;
}

SyncHub::Watch::Watch(const SyncHub& hub) : state_(hub.state_) {
  ++state_->watchers;
}

SyncHub::Watch::~Watch() {
  --state_->watchers;
}

bool SyncHub::Watch::closed() const {
  return state_->closed;
}

asio::awaitable<bool> SyncHub::Watch::wait(Millis most) {
  const auto state = state_;
  asio::steady_timer timer(state->loop, most);
  struct Entry {
    State& state;
    asio::steady_timer* timer;
    ~Entry() { state.waiting.erase(timer); }
  };
  state->waiting.insert(&timer);
  const Entry entry{*state, &timer};
  boost::system::error_code rang;
  co_await timer.async_wait(asio::redirect_error(asio::use_awaitable, rang));
  co_return static_cast<bool>(rang);
}

}  // namespace millrace::edge
