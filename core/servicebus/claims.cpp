#include "core/servicebus/claims.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

namespace millrace::servicebus {

namespace asio = boost::asio;

namespace {

/// `put-token`, with the token as the body.
amqp::Message put_token(const std::string& audience, const Token& token) {
  amqp::Message request;
  request.application_properties = {
      {"operation", "put-token"}, {"type", std::string(token.type)}, {"name", audience}};
  request.value = amqp::Value(token.text);
  return request;
}

/// Of a reply that is not good. `expires` is when the token ends by our clock.
Trouble refusal(const Reply& reply, WallTime expires, WallTime now) {
  constexpr int64_t kBusy = 503;
  if (reply.status == 0 && !reply.condition.empty()) {
    auto trouble = trouble_of(reply);
    if (!reply.instead.empty()) trouble.reason = fmt::format("{}: {}", reply.instead, trouble.reason);
    return trouble;
  }
  const auto said = fmt::format("{} {}", reply.status, reply.description);
  if (reply.status == kBusy) {
    return {.kind = TroubleKind::server_busy,
            .reason = fmt::format("Service Bus is too busy for the token ({})", said),
            .wait = busy_wait(reply.description)};
  }
  const auto clock = about_clock(reply.description, expires, now);
  return {.kind = clock.empty() ? TroubleKind::token_refused : TroubleKind::token_expired,
          .reason = fmt::format("Service Bus refused the token ({}).{}", said,
                                clock.empty() ? " Check the credential and its right to send." : clock)};
}

Trouble without_token(const Error& error) {
  // An expired secret is no clock's fault, whatever it is that "expired" there.
  const bool expired = error.kind == ErrorKind::unauthorised && blames_clock(error.message);
  return {.kind = expired ? TroubleKind::token_expired : TroubleKind::token_missing, .reason = error.message};
}

}  // namespace

Claims::Claims(asio::any_io_executor executor, std::shared_ptr<amqp::Connection> connection, Options options,
               const Clock& clock)
    : executor_(std::move(executor)),
      connection_(std::move(connection)),
      options_(std::move(options)),
      clock_(clock) {}

void Claims::ask(const std::string& path, std::function<void()> then) {
  if (!options_.credential) return then();
  paths_.try_emplace(path);
  queue({path, std::move(then)});
}

void Claims::renew() {
  if (clock_.mono() < renewal_) return;
  renewal_ = MonoTime::max();
  for (const auto& [path, expires] : paths_) queue({path, [] {}});
}

void Claims::queue(Asked asked) {
  asked_.push_back(std::move(asked));
  if (asked_.size() > 1) return;
  asio::co_spawn(
      executor_,
      [self = shared_from_this()]() -> asio::awaitable<void> {
        while (self->connection_ && !self->asked_.empty()) co_await self->next();
      },
      asio::detached);
}

asio::awaitable<void> Claims::next() {
  const auto audience = options_.audience + asked_.front().path;
  auto token = co_await options_.credential->token(audience);
  if (!connection_) co_return;
  auto asked = std::move(asked_.front());
  asked_.pop_front();
  if (!token) {
    if (const auto on_trouble = options_.on_trouble) on_trouble(without_token(token.error()));
    co_return;
  }
  if (!link_ || link_->is_closed()) link_ = RequestLink::open(*connection_, "$cbs");
  if (!link_) co_return;  // the connection is closing, which is told elsewhere
  paths_[asked.path] = token->expires;
  const auto life = std::chrono::duration_cast<Millis>(token->expires - clock_.wall());
  renewal_ = std::min(renewal_, clock_.mono() + life * 3 / 4);
  ++unanswered_;
  link_->request(put_token(audience, *token), clock_.mono(),
                 [weak = weak_from_this(), then = std::move(asked.then),
                  expires = token->expires](const Result<Reply>& reply) {
                   const auto self = weak.lock();
                   if (!self || !self->connection_) return;
                   --self->unanswered_;
                   if (reply && reply->is_good()) return then();
                   const auto on_trouble = self->options_.on_trouble;
                   if (!on_trouble) return;
                   on_trouble(reply
                                  ? refusal(*reply, expires, self->clock_.wall())
                                  : Trouble{.kind = TroubleKind::no_answer, .reason = reply.error().message});
                 });
}

std::string Claims::about_clock(const std::string& path, std::string_view said) const {
  const auto at = paths_.find(path);
  return at == paths_.end() ? std::string() : servicebus::about_clock(said, at->second, clock_.wall());
}

void Claims::abandon() {
  connection_.reset();
  asked_.clear();
  options_.on_trouble = nullptr;
}

}  // namespace millrace::servicebus
