// The tokens that a connection needs: one for each node that it uses, handed to `$cbs` and renewed.
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include "core/base/clock.hpp"
#include "core/servicebus/credential.hpp"
#include "core/servicebus/request_link.hpp"
#include "core/servicebus/trouble.hpp"

namespace millrace::servicebus {

/// Of one connection. Loop thread; shared by the client and what is under way.
class Claims : public std::enable_shared_from_this<Claims> {
 public:
  struct Options {
    std::string audience;  ///< what tokens are made for, before the path of a node
    /// Null: the broker wants no tokens.
    std::shared_ptr<Credential> credential;
    /// No token, or the service refused it; the connection is of no more use.
    std::function<void(Trouble)> on_trouble;
  };
  /// `clock` must outlive it.
  Claims(boost::asio::any_io_executor executor, std::shared_ptr<amqp::Connection> connection, Options options,
         const Clock& clock);

  /// `then` follows when the service knows that we may use the node; later unless no token is wanted. It
  /// stays so: see `renew`.
  void ask(const std::string& path, std::function<void()> then);
  /// To be called now and then: asks anew for all when a quarter of the first token's life is left.
  void renew();
  /// Whether somebody still waits.
  bool is_asking() const { return !asked_.empty() || unanswered_ > 0; }
  /// Since when the service owes the oldest of its answers.
  std::optional<MonoTime> oldest() const { return link_ ? link_->oldest() : std::nullopt; }
  /// A sentence on the clock for a link of the node that the service ended with these words; may be empty.
  std::string about_clock(const std::string& path, std::string_view said) const;
  /// The connection is gone: nobody is called any more.
  void abandon();

 private:
  struct Asked {
    std::string path;
    std::function<void()> then;
  };
  void queue(Asked asked);
  boost::asio::awaitable<void> next();

  boost::asio::any_io_executor executor_;
  std::shared_ptr<amqp::Connection> connection_;
  Options options_;
  const Clock& clock_;
  std::shared_ptr<RequestLink> link_;
  // In front: whose token is under way. One after the other: the first may bring a token that serves all.
  std::deque<Asked> asked_;
  size_t unanswered_ = 0;                  // by the service
  std::map<std::string, WallTime> paths_;  // that were asked for, and when the last token of each ends
  MonoTime renewal_ = MonoTime::max();
};

}  // namespace millrace::servicebus
