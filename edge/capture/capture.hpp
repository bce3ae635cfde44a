// The transactions of an attempt: what a kiosk is told is saved was on disk before.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <boost/asio/awaitable.hpp>

#include "core/delivery/outbox.hpp"
#include "core/store/writer.hpp"
#include "edge/capture/attempt_store.hpp"
#include "edge/capture/completion.hpp"
#include "edge/capture/submissions.hpp"
#include "edge/testing/package_catalogue.hpp"

namespace millrace::edge {

/// Who writes, and under which key.
struct Write {
  std::string operator_id;
  std::string kiosk;
  Uuid key;
  std::shared_ptr<const PackageCatalogue> packages;
  bool by_badge = true;  ///< whether a badge was shown, or a name chosen
};

/// Who stood by when a test was handed in: their badge and PIN were checked.
struct Witness {
  std::string operator_id;
  std::string badge;
};

/// What a screen says beside an answer.
struct Beside {
  Millis ran_since{0};               ///< how long the attempt's timer has run since the answer was given
  std::string shown_item{};          ///< the question on the screen
  std::optional<Millis> shown_ms{};  ///< how long that of the answer was shown since it was told last
};

struct Opened {
  Uuid attempt_id;
  uint64_t lease = 0;
  bool is_new = false;
};
struct Saved {
  WallTime saved_at;
  std::optional<Millis> remaining;
  bool is_new = false;
  std::string shown_item{};  ///< the question that the operator had before them, where this is new
};
struct Submitted {
  Uuid attempt_id;
  bool is_new = false;
};

/// More attempts than are in progress at any box; the pause that is the oldest gives way.
inline constexpr size_t kMostUnstoredPauses = 4096;

/// Runs each write of a kiosk as one transaction on the writer's thread: looks the key up, lets the attempt
/// decide, stores, and on handing in scores and records the event in the same transaction. Every function
/// resumes on the loop after the commit is on disk. Owned by the daemon; what is passed by reference must
/// outlive it.
class Capture {
 public:
  struct Parts {
    store::Writer& writer;
    const delivery::Outbox& outbox;
    const Clock& clock;
    AttemptStore attempts;
    Place place;
    std::string boot_id;
    std::function<bool()> has_room;  ///< on the disk, for something new; on the loop
    bool tells_times = false;        ///< how long questions were shown goes into the events
  };
  explicit Capture(Parts parts) : parts_(std::move(parts)) {}

  /// Begins the assignment's attempt, or takes up the one in progress under a new lease. `assignment` is
  /// nothing when it was withdrawn: what was begun can still be finished. Refused: not_found, key_reused,
  /// bad_language, no_attempts_left, already_passed, assignment_expired, not_open_yet, package_unusable.
  boost::asio::awaitable<Outcome<Opened>> open(Write write, std::string assignment_id,
                                               std::optional<Assignment> assignment, std::string language);
  /// Where the screen names no question of the attempt's as shown, that which is answered counts as that.
  /// Refused: not_found, key_reused, stale_lease, attempt_closed, bad_response.
  boost::asio::awaitable<Outcome<Saved>> save(Write write, Uuid attempt_id, uint64_t lease,
                                              std::string item_id, Response response, bool flagged,
                                              Beside beside = {});
  /// The attempt's submission, its outcome and its record in one transaction. `language` is the one that it
  /// was shown in at the end, nothing for that of its last opening. Refused: not_found, key_reused,
  /// stale_lease, attempt_closed, witness_missing, bad_language.
  boost::asio::awaitable<Outcome<Submitted>> submit(Write write, Uuid attempt_id, uint64_t lease,
                                                    std::optional<Witness> witness = {},
                                                    std::optional<std::string> language = {});

  /// Whoever took it up with this lease does not sit at it any more since then; once somebody else has taken
  /// it up, that is no reason to stop their clock. Resumes when it is stored, or could not be: then it is
  /// kept.
  boost::asio::awaitable<void> pause(Attended left, uint64_t lease, Pause why, Moment since);
  /// Those that were kept, once more.
  boost::asio::awaitable<void> store_pauses();
  /// Stores what was used of the time, and which question is shown, for the attempts at which somebody sits.
  boost::asio::awaitable<void> count(std::vector<Attended> attended);

  /// What a submission is compared by. `witness_badge` is empty where there is none.
  static Submission submit_submission(const Write& write, const Uuid& attempt_id,
                                      std::string_view witness_badge);

 private:
  struct UnstoredPause {
    Attended left;
    uint64_t lease = 0;
    Pause why = Pause::power_or_crash;
    Moment since;
  };
  Parts parts_;
  /// The oldest first. In memory: a box that starts anew lets no timer run.
  std::vector<UnstoredPause> unstored_;
};

/// The package that an attempt began with: the catalogue's, or the copy that was kept. On any connection.
Result<PackagePtr> pinned_package(store::Connection& db, const PackageCatalogue& packages,
                                  const Sha256& sha256);

/// Packages of which attempts here have begun with other content under the same version: one sentence each.
/// On any connection.
std::vector<std::string> changed_versions(store::Connection& db, const PackageCatalogue& packages);

}  // namespace millrace::edge
