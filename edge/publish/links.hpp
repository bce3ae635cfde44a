// How the ways out of the box are.
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <string_view>

#include "core/base/clock.hpp"
#include "edge/publish/messages.hpp"

namespace millrace::edge {

enum class LinkState { unknown, up, down };
std::string_view to_string(LinkState state);

struct Link {
  LinkState state = LinkState::unknown;
  WallTime since;
};

/// More relays at one site than anyone runs; further ones are not counted.
inline constexpr size_t kMostRelays = 16;

/// The plant link is the broker's connection. The centre link is up when a relay of the site says that it is
/// online and its sink connected; without the broker nobody can tell. Pure; one thread; owned by the
/// publisher.
class Links {
 public:
  explicit Links(WallTime now) : plant_{LinkState::down, now}, centre_{LinkState::unknown, now} {}

  /// Each returns whether a link changed.
  bool broker(bool connected, WallTime now) {
    if (!connected) relays_.clear();
    const bool plant = set(plant_, connected ? LinkState::up : LinkState::down, now);
    return set(centre_, centre_state(), now) || plant;
  }
  bool relay(const std::string& name, const RelayState& state, WallTime now) {
    if (relays_.contains(name) || relays_.size() < kMostRelays) {
      set(relays_[name], state.online && state.sink_connected ? LinkState::up : LinkState::down, now);
    }
    return set(centre_, centre_state(), now);
  }

  const Link& plant() const { return plant_; }
  const Link& centre() const { return centre_; }
  /// By name: up is who is through to Service Bus.
  const std::map<std::string, Link>& relays() const { return relays_; }

 private:
  LinkState centre_state() const {
    if (relays_.empty()) return LinkState::unknown;
    for (const auto& [name, link] : relays_) {
      if (link.state == LinkState::up) return LinkState::up;
    }
    return LinkState::down;
  }
  static bool set(Link& link, LinkState to, WallTime now) {
    if (link.state == to) return false;
    link = {to, now};
    return true;
  }

  Link plant_;
  Link centre_;
  std::map<std::string, Link> relays_;
};

}  // namespace millrace::edge
