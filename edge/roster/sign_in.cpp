#include "edge/roster/sign_in.hpp"

#include <deque>
#include <map>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "core/base/crypto.hpp"
#include "core/base/log.hpp"

namespace millrace::edge {

namespace asio = boost::asio;

namespace {

/// More at once for one badge is no person any more.
constexpr size_t kMostWaitingForOneBadge = 32;

Refusal wrong_badge_or_pin() {
  return {Reason::wrong_badge_or_pin, "The badge or the PIN is wrong."};
}

}  // namespace

struct SignIn::Turns {
  explicit Turns(asio::any_io_executor on) : loop(std::move(on)) {}

  bool too_many(const std::string& badge) const {
    const auto at = waiting.find(badge);
    return at != waiting.end() && at->second.size() >= kMostWaitingForOneBadge;
  }
  asio::awaitable<void> wait(const std::string& badge) {
    const auto [at, first] = waiting.try_emplace(badge);
    if (first) co_return;
    const auto woken = std::make_shared<asio::steady_timer>(loop, asio::steady_timer::time_point::max());
    at->second.push_back(woken);
    co_await woken->async_wait(asio::as_tuple(asio::use_awaitable));
  }
  void pass(const std::string& badge) {
    const auto at = waiting.find(badge);
    if (at->second.empty()) {
      waiting.erase(at);
      return;
    }
    const auto next = at->second.front();
    at->second.pop_front();
    next->cancel();
  }

  asio::any_io_executor loop;
  std::map<std::string, std::deque<std::shared_ptr<asio::steady_timer>>> waiting;
};

/// Ends the badge's turn with its scope.
class SignIn::Turn {
 public:
  Turn(std::shared_ptr<Turns> turns, std::string badge)
      : turns_(std::move(turns)), badge_(std::move(badge)) {}
  ~Turn() { turns_->pass(badge_); }
  Turn(const Turn&) = delete;
  Turn& operator=(const Turn&) = delete;

 private:
  std::shared_ptr<Turns> turns_;
  std::string badge_;
};

SignIn::SignIn(Parts parts, Lockout lockout)
    : parts_(std::move(parts)), lockout_(std::move(lockout)), turns_(std::make_shared<Turns>(parts_.loop)) {}

Result<> SignIn::start() {
  std::array<uint8_t, 16> unknown{};
  random_bytes(unknown);
  auto hash = hash_pin(hex(unknown));
  if (!hash) return std::unexpected(hash.error());
  nobodys_hash_ = std::move(*hash);
  return {};
}

asio::awaitable<Outcome<Operator>> SignIn::identify(std::string badge, std::string pin) {
  const auto roster = parts_.roster();
  const auto* person = roster->by_badge(badge);
  const auto right = co_await check(std::move(badge), person, std::move(pin), wrong_badge_or_pin());
  if (!right) co_return std::unexpected(right.error());
  co_return *person;
}

asio::awaitable<Outcome<Operator>> SignIn::identify_chosen(std::string operator_id, std::string pin) {
  const auto roster = parts_.roster();
  const auto* person = roster->by_id(operator_id);
  // Nobody's id is counted like a badge that nobody has, and never as a badge that somebody has.
  auto counted_as = person != nullptr ? person->badge : "id " + operator_id;
  const auto right = co_await check(std::move(counted_as), person, std::move(pin), wrong_badge_or_pin());
  if (!right) co_return std::unexpected(right.error());
  co_return *person;
}

asio::awaitable<Outcome<>> SignIn::unlock(std::string leader_id, std::string badge, std::string kiosk) {
  const auto roster = parts_.roster();
  const auto* person = roster->by_badge(badge);
  const auto operator_id = person != nullptr ? person->id : std::string();
  const auto at = parts_.clock.wall();
  const auto unlocked = co_await parts_.writer.commit([&](store::Connection& db) -> Result<> {
    lockout_.unlock(db, badge, {at, leader_id, operator_id, kiosk});
    return {};
  });
  if (!unlocked) co_return std::unexpected(refusal_of(unlocked.error()));
  log::warn(
      "signin.unlocked",
      {{"leader", leader_id}, {"operator", person != nullptr ? person->id : "unknown"}, {"kiosk", kiosk}});
  co_return Outcome<>{};
}

asio::awaitable<Outcome<>> SignIn::confirm(std::string operator_id, std::string pin) {
  const auto roster = parts_.roster();
  const auto* person = roster->by_id(operator_id);
  Refusal wrong{Reason::wrong_pin, "The PIN is wrong."};
  if (person == nullptr) co_return std::unexpected(std::move(wrong));
  co_return co_await check(person->badge, person, std::move(pin), std::move(wrong));
}

asio::awaitable<Outcome<>> SignIn::confirm_with_badge(std::string operator_id, std::string badge,
                                                      std::string pin) {
  const auto roster = parts_.roster();
  const auto* person = roster->by_id(operator_id);
  // A screen from before badges were asked for guesses at nothing.
  if (person == nullptr || badge.empty())
    co_return refuse(Reason::wrong_badge, "The badge is needed as well.");
  if (badge == person->badge) co_return co_await confirm(std::move(operator_id), std::move(pin));
  co_return co_await check(person->badge, person, std::move(pin),
                           {Reason::wrong_badge, "This is not the badge that you signed in with."},
                           Shown::another_badge);
}

asio::awaitable<Outcome<>> SignIn::check(std::string badge, const Operator* person, std::string pin,
                                         Refusal wrong, Shown shown) {
  if (turns_->too_many(badge)) {
    co_return refuse(Reason::busy, "Too many sign-ins with this badge at once. Try again in a moment.", 1);
  }
  co_await turns_->wait(badge);
  const Turn turn(turns_, badge);

  Outcome<Millis> allowed;  // with the wait that a wrong PIN costs
  const auto now = parts_.clock.mono();
  const auto counted = co_await parts_.writer.commit([&](store::Connection& db) -> Result<> {
    allowed = lockout_.take_try(db, badge, person != nullptr, now);
    return {};
  });
  if (!counted) co_return std::unexpected(refusal_of(counted.error()));
  if (!allowed) co_return std::unexpected(allowed.error());

  const bool may = person != nullptr && person->active && shown == Shown::their_badge;
  const auto fits = co_await parts_.pool.verify(may ? person->pin_hash : nobodys_hash_, std::move(pin));
  if (fits && (!*fits || !may)) {
    log::warn("signin.refused", {{"operator", person != nullptr ? person->id : "unknown"}});
    wrong.retry_after_s = static_cast<unsigned>(std::chrono::ceil<std::chrono::seconds>(*allowed).count());
    co_return std::unexpected(std::move(wrong));
  }
  // Right, or not checked at all: the try does not count.
  const auto cleared = co_await parts_.writer.commit([&](store::Connection& db) -> Result<> {
    if (fits) {
      lockout_.clear(db, badge);
    } else {
      lockout_.give_back(db, badge);
    }
    return {};
  });
  if (!fits) co_return std::unexpected(refusal_of(fits.error()));
  if (!cleared) co_return std::unexpected(refusal_of(cleared.error()));
  co_return Outcome<>{};
}

}  // namespace millrace::edge
