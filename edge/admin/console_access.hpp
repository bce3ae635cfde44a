// Who may use the console: plant IT's page in a browser.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "core/base/clock.hpp"
#include "core/base/crypto.hpp"

namespace millrace::edge {

/// Whoever asked for a pass goes to a browser with it.
inline constexpr Millis kPassLasts{10 * 60'000};
/// More than people ask for at once; the oldest gives way.
inline constexpr size_t kMostPasses = 16;
/// A page that is open asks every few seconds: it is closed, or its machine is gone.
inline constexpr Millis kConsoleIdle{30 * 60'000};
/// A shift.
inline constexpr Millis kConsoleMost{12 * 3600'000};
/// The one that idled longest gives way.
inline constexpr size_t kMostConsoles = 32;

struct ConsoleSession {
  Sha256 id{};        ///< of the cookie's token, which only the browser has
  std::string actor;  ///< who stands in the audit: whom the kernel named where the pass was asked for
  std::string csrf;
  MonoTime begun;
  MonoTime last_used;
};
using ConsolePtr = std::shared_ptr<ConsoleSession>;

/// Passes, each good once, and the sessions that began with them. The box's own socket gives passes to those
/// whom the kernel lets in, so that there is no password to keep. In memory: after a restart one asks for a
/// new pass. On the loop; owned by the daemon.
class ConsoleAccess {
 public:
  /// The code of a new pass for `actor`.
  std::string issue(std::string actor, MonoTime now);

  struct Begun {
    std::string token;
    ConsolePtr session;
  };
  /// Nothing when the code is nobody's, was used, or is too old.
  std::optional<Begun> begin(std::string_view code, MonoTime now);
  /// Null when the token is nobody's, or too old. Counts as use.
  ConsolePtr find(std::string_view token, MonoTime now);
  void end(const ConsoleSession& session);
  /// When it ends, if it is not used any more.
  static MonoTime until(const ConsoleSession& session);

 private:
  struct Pass {
    std::string actor;
    MonoTime until;
  };
  std::map<Sha256, Pass> passes_;  // by the hash of the code
  std::map<Sha256, ConsolePtr> sessions_;
};

}  // namespace millrace::edge
