// Who is signed in, and who sits at which attempt.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/clock.hpp"
#include "core/base/crypto.hpp"
#include "core/base/uuid.hpp"
#include "edge/api/silences.hpp"
#include "edge/testing/attempt.hpp"

namespace millrace::edge {

/// Without a request for this long a session ends. The kiosk itself locks after 90 s without a touch; this is
/// for a kiosk that died.
inline constexpr Millis kSessionIdle = kMostSilence;
/// A screen that sits at an attempt asks every five seconds whether it still does, which counts as use: it
/// locks itself when nobody touches it. One that is silent for this long is dead or cut off.
inline constexpr Millis kScreenSilent{15'000};
/// A shift.
inline constexpr Millis kSessionMost{12 * 3600'000};
/// More people at once than any box serves; the one that idled longest gives way.
inline constexpr size_t kMostSessions = 2048;
/// More screens than one person stands at; of their own the one that idled longest gives way, so that nobody
/// can use up everybody's.
inline constexpr size_t kMostSessionsOfOne = 8;
/// More attempts than are in progress at any box; of the one that was begun first it is forgotten.
inline constexpr size_t kMostShown = 4096;

struct Span {
  MonoTime from;
  MonoTime to;
};

/// At an attempt, with the lease that it was taken up with.
struct Seat {
  Uuid attempt_id;
  uint64_t lease = 0;
  MonoTime
      heard;  ///< when its screen last spoke of it: took it up, answered, or asked whether it has it still
};

struct Session {
  Sha256 id{};  ///< of the cookie's token, which only the kiosk's browser has
  std::string operator_id;
  std::string kiosk;
  bool by_badge =
      true;  ///< false for a name that was chosen from the roster: there is no badge to ask for again
  std::string csrf;
  MonoTime begun;
  MonoTime last_used;
  MonoTime used_before;              ///< the last time before that
  std::optional<Span> last_silence;  ///< of kScreenSilent at least
  /// Nobody works on two tests at once: who goes on to another one leaves the one before.
  std::optional<Seat> seat;
};
using SessionPtr = std::shared_ptr<Session>;

/// Sessions live in memory: after a restart everyone signs in again, and every timer stands until then. On
/// the loop; owned by the daemon.
class Sessions {
 public:
  struct Begun {
    std::string token;
    SessionPtr session;
    SessionPtr gave_way;  ///< null, or what is no session any more, though its attempts are not paused yet
  };
  Begun begin(std::string operator_id, std::string kiosk, MonoTime now);
  /// Null when the token is nobody's, or too old. `touch`: this counts as use.
  SessionPtr find(std::string_view token, MonoTime now, bool touch = true);
  void end(const SessionPtr& session);
  /// Ends those that are too old, and returns them.
  std::vector<SessionPtr> expire(MonoTime now);

  /// Those of the operator that sit somewhere and have not been heard of for kScreenSilent.
  std::vector<SessionPtr> silent_of(std::string_view operator_id, MonoTime now) const;

  /// When the screen was left, by its own word `ago`: it is believed for as long as nothing was heard of it.
  static MonoTime left_at(const Session& session, Millis ago, MonoTime now);
  /// Of a session whose page is gone: the beginning of the silence that it is in, or has just ended. Nothing
  /// where there is none.
  static std::optional<MonoTime> silent_since(const Session& session, MonoTime now);

  /// The screen said that it has the attempt before it, which counts if the session sits there.
  static void heard_of_seat(Session& session, const Uuid& attempt_id, MonoTime now);
  /// Since when nobody is at the session's attempt, now that it goes on to another one: its screen never had
  /// it where the answer to its taking up was lost. Only with a seat.
  static MonoTime left_for_another(const Session& session, MonoTime now);

  /// The session sits at the attempt now, and no other does. It has left the one before. False when it ended
  /// while the attempt was written: then nobody sits there.
  bool sit(const SessionPtr& session, const Uuid& attempt_id, uint64_t lease, MonoTime now);
  /// Nobody sits there any more since then; the attempt goes on another time.
  void leave(const SessionPtr& session, MonoTime since);
  /// The attempt is handed in.
  void rise(const Uuid& attempt_id);
  /// By which the session sits at the attempt; 0 when it does not.
  static uint64_t lease_of(const Session& session, const Uuid& attempt_id);
  /// Attempts at which somebody sits.
  std::vector<Attended> attended() const;
  /// The question that a screen has before its operator, which counts if the session sits at the attempt.
  void shows(const Session& session, const Uuid& attempt_id, std::string item_id);
  /// The last that was told, also when nobody sits there any more; empty for none since the box started.
  std::string shown(const Uuid& attempt_id) const;

  /// The box could not store an answer of the session, which counts if it sits at the attempt by that lease.
  /// It sends the answer again until it is stored: meanwhile it is believed as if it were silent.
  void could_not_store(const Session& session, const Uuid& attempt_id, uint64_t lease, MonoTime now);
  /// How long the attempt's clock has run since an answer was given that is `age` old by its screen's word.
  Millis ran_since(const Uuid& attempt_id, Millis age, MonoTime now) const;

  size_t size() const { return sessions_.size(); }

 private:
  static bool is_over(const Session& session, MonoTime now);
  SessionPtr make_room(const std::string& operator_id);
  void heard_of(Session& session, MonoTime now);
  void free_seat(const Uuid& attempt_id);
  std::map<Sha256, SessionPtr> sessions_;
  std::map<Uuid, std::string> shown_;
  Silences silences_;
  /// From the first answer that could not be stored to the last, and not to the next one that was: a screen
  /// that kept it back until then would have made the time in between.
  Silences full_{kSessionMost};
};

}  // namespace millrace::edge
