// What one client may do, and the links that rest on it.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <boost/asio/steady_timer.hpp>

#include "core/amqp/link.hpp"
#include "emulator/access/access.hpp"

namespace millrace::bus {

/// Within this time a client has to show a valid claim, where one is asked for; also the service's.
inline constexpr std::chrono::seconds kClaimTime{20};

/// Collects what a client has shown, checks its links against it, and detaches those whose token has lapsed.
/// Owned by its Client; loop thread.
class Claims : public std::enable_shared_from_this<Claims> {
 public:
  Claims(boost::asio::io_context& loop, const Clock& clock, const Access& access)
      : clock_(clock), access_(access), timer_(loop), expectation_(loop) {}

  /// Calls `none_came` after the time, unless there was a valid claim by then or none is asked for.
  void expect(Millis within, std::function<void()> none_came);

  /// A token put to `$cbs`. Errors: unauthorised.
  Result<> put(std::string_view token);
  /// A name and key of SASL PLAIN.
  bool put_key(std::string_view rule, std::string_view key);
  bool allow(std::string_view path, Rights wanted) const;
  /// Nothing when the link may be attached; from then on it is watched.
  std::optional<amqp::Condition> admit(const amqp::LinkPtr& link, const std::string& path, Rights wanted);
  void stop();

 private:
  struct Watched {
    std::weak_ptr<amqp::Link> link;
    std::string path;
    Rights wanted;
  };
  /// By which tokens lapse.
  WallTime now() const;
  void add(Claim claim);
  void arm();
  void detach_lapsed();

  const Clock& clock_;
  const Access& access_;
  boost::asio::steady_timer timer_;  ///< until the first claim lapses
  boost::asio::steady_timer expectation_;
  bool has_shown_one_ = false;
  std::vector<Claim> claims_;
  std::vector<Watched> links_;
};

}  // namespace millrace::bus
