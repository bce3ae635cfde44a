// A Service Bus whose answers a test scripts.
#pragma once

#include <deque>
#include <functional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/post.hpp>

#include "relay/lanes/sink.hpp"

namespace millrace::relay {

/// What the bus holds and how it is asked to behave; outlives the relays that send to it, as a bus does.
struct ScriptedBus {
  /// The answer to a send; nothing: the send stays without one until the connection goes. Accepted unless
  /// set.
  std::function<std::optional<delivery::Outcome>(const Outbound&)> answer;
  /// Messages stored, in order, each MessageId once: duplicate detection.
  std::vector<Outbound> stored;
  std::set<std::string> ids;
  uint64_t sends = 0;

  std::vector<std::string> stored_ids(const std::string& session) const {
    std::vector<std::string> out;
    for (const auto& message : stored) {
      if (message.message.group_id == session) out.push_back(message.message.message_id);
    }
    return out;
  }
};

/// On the test's loop. Up at once when `up_at_start`.
class ScriptedSink final : public Sink {
 public:
  ScriptedSink(boost::asio::any_io_executor loop, ScriptedBus& bus, bool up_at_start = true)
      : loop_(std::move(loop)), bus_(bus), up_at_start_(up_at_start) {}

  void start(Handlers handlers) override {
    handlers_ = std::move(handlers);
    if (up_at_start_) boost::asio::post(loop_, [this] { come_up(); });
  }
  void send(Outbound outbound, Done done) override {
    ++bus_.sends;
    auto outcome = std::optional(delivery::Outcome{delivery::Outcome::Kind::accepted, "", Millis{0}});
    if (bus_.answer) outcome = bus_.answer(outbound);
    if (!outcome) {
      unanswered_.push_back({std::move(outbound), std::move(done)});
      return;
    }
    if (outcome->kind == delivery::Outcome::Kind::accepted) store(std::move(outbound));
    boost::asio::post(loop_, [done = std::move(done), outcome = *outcome] { done(outcome); });
  }
  boost::asio::awaitable<void> stop() override {
    handlers_ = {};
    co_return;
  }

  void come_up() {
    if (handlers_.on_up) handlers_.on_up();
  }
  /// The link is gone: what had no answer was stored or was not, and nobody knows.
  void go_down(bool unanswered_were_stored) {
    for (auto& [outbound, tell] : std::exchange(unanswered_, {})) {
      if (unanswered_were_stored) store(std::move(outbound));
      boost::asio::post(loop_, [done = std::move(tell)] {
        done({delivery::Outcome::Kind::in_doubt, "detached", Millis{0}});
      });
    }
    if (handlers_.on_down) handlers_.on_down("detached");
  }
  size_t unanswered() const { return unanswered_.size(); }

 private:
  void store(Outbound outbound) {
    if (bus_.ids.insert(outbound.message.message_id).second) bus_.stored.push_back(std::move(outbound));
  }

  boost::asio::any_io_executor loop_;
  ScriptedBus& bus_;
  bool up_at_start_;
  Handlers handlers_;
  std::deque<std::pair<Outbound, Done>> unanswered_;
};

}  // namespace millrace::relay
