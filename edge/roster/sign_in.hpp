// Badge and PIN: who stands at the kiosk.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include "core/base/clock.hpp"
#include "core/store/writer.hpp"
#include "edge/roster/lockout.hpp"
#include "edge/roster/pin_pool.hpp"
#include "edge/roster/roster.hpp"
#include "edge/testing/refusal.hpp"

namespace millrace::edge {

/// Checks badge and PIN with the lockout around it. One try at a time for each badge: otherwise many at once
/// would all see the same count. An unknown badge, an inactive operator and a wrong PIN look and cost the
/// same. On the loop; owned by the daemon.
class SignIn {
 public:
  struct Parts {
    boost::asio::any_io_executor loop;
    store::Writer& writer;
    PinPool& pool;
    const Clock& clock;
    std::function<std::shared_ptr<const Roster>()> roster;
  };
  SignIn(Parts parts, Lockout lockout);

  /// Call once, before anyone signs in. Errors: unavailable (no memory to hash a PIN).
  Result<> start();
  /// Refused: wrong_badge_or_pin, locked_out, busy, storage_full.
  boost::asio::awaitable<Outcome<Operator>> identify(std::string badge, std::string pin);
  /// The same for whoever was chosen from the roster. Counts in the lockout of their badge.
  boost::asio::awaitable<Outcome<Operator>> identify_chosen(std::string operator_id, std::string pin);
  /// Signing again. Refused: wrong_pin, locked_out, busy, storage_full.
  boost::asio::awaitable<Outcome<>> confirm(std::string operator_id, std::string pin);
  /// Signing again with both. Another's badge counts like a wrong PIN, and nothing is said about the PIN
  /// then. Refused: wrong_badge, and as above.
  boost::asio::awaitable<Outcome<>> confirm_with_badge(std::string operator_id, std::string badge,
                                                       std::string pin);
  /// The badge need not wait any longer, and a row says who allowed it. A badge that nobody has is unlocked
  /// like any other: an answer must not tell which exist. Refused: busy, storage_full.
  boost::asio::awaitable<Outcome<>> unlock(std::string leader_id, std::string badge, std::string kiosk);

 private:
  /// Badges that are being checked, with those who wait for their turn. Shared with the turns under way,
  /// which may end after this object.
  struct Turns;
  class Turn;
  /// Another's badge is wrong with any PIN, and takes as long.
  enum class Shown { their_badge, another_badge };
  /// Refused: as `wrong` says, with the wait that it cost, for a badge that nobody has as well; locked_out,
  /// busy, storage_full.
  boost::asio::awaitable<Outcome<>> check(std::string badge, const Operator* person, std::string pin,
                                          Refusal wrong, Shown shown = Shown::their_badge);

  Parts parts_;
  Lockout lockout_;
  std::string nobodys_hash_;  ///< what a PIN is checked against when the badge is nobody's: takes as long
  std::shared_ptr<Turns> turns_;
};

}  // namespace millrace::edge
