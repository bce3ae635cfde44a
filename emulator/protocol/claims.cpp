#include "emulator/protocol/claims.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "emulator/broker/behaviour.hpp"
#include "emulator/broker/text.hpp"

namespace millrace::bus {
namespace {

amqp::Condition unauthorised(std::string_view path, Rights wanted) {
  return {
      "amqp:unauthorized-access",
      fmt::format("Unauthorized access. '{}' claim(s) are required to perform this operation on '{}'. Put a "
                  "token for it to $cbs first.",
                  fmt::join(names_of(wanted), ", "), path),
      {}};
}

}  // namespace

void Claims::expect(Millis within, std::function<void()> none_came) {
  if (!access_.is_on() || has_shown_one_) return;
  expectation_.expires_after(within);
  expectation_.async_wait(
      [weak = weak_from_this(), none_came = std::move(none_came)](boost::system::error_code cancelled) {
        const auto self = weak.lock();
        if (!cancelled && self && !self->has_shown_one_) none_came();
      });
}

void Claims::stop() {
  timer_.cancel();
  expectation_.cancel();
}

void Claims::add(Claim claim) {
  has_shown_one_ = true;
  expectation_.cancel();
  claims_.push_back(std::move(claim));
}

Result<> Claims::put(std::string_view token) {
  if (!access_.is_on()) return {};
  auto claim = access_.check_token(token, now());
  if (!claim) return std::unexpected(claim.error());
  std::erase_if(claims_, [&](const Claim& known) { return known.scope == claim->scope; });
  add(std::move(*claim));
  arm();
  return {};
}

bool Claims::put_key(std::string_view rule, std::string_view key) {
  if (!access_.is_on()) return true;
  auto claim = access_.check_key(rule, key);
  if (!claim) return false;
  add(std::move(*claim));
  return true;
}

bool Claims::allow(std::string_view path, Rights wanted) const {
  if (!access_.is_on() || !keeps(Behaviour::rights)) return true;
  return std::ranges::any_of(claims_, [&](const Claim& claim) { return claim.covers(path, wanted, now()); });
}

WallTime Claims::now() const {
  return keeps(Behaviour::token_expiry) ? clock_.wall() : WallTime{};
}

std::optional<amqp::Condition> Claims::admit(const amqp::LinkPtr& link, const std::string& path,
                                             Rights wanted) {
  if (!access_.is_on()) return {};
  if (!allow(path, wanted)) return unauthorised(path, wanted);
  std::erase_if(links_, [](const Watched& one) {
    const auto known = one.link.lock();
    return !known || known->is_closed();
  });
  links_.push_back({link, path, wanted});
  return {};
}

void Claims::arm() {
  auto earliest = WallTime::max();
  for (const auto& claim : claims_) earliest = std::min(earliest, claim.until);
  timer_.cancel();
  if (earliest == WallTime::max()) return;
  // The wall clock may be moved under a sleeping timer: look again from time to time.
  constexpr Millis kLookAgain = std::chrono::seconds{30};
  timer_.expires_after(std::clamp(Millis{earliest - now()}, Millis{0}, kLookAgain));
  timer_.async_wait([self = shared_from_this()](boost::system::error_code cancelled) {
    if (!cancelled) self->detach_lapsed();
  });
}

void Claims::detach_lapsed() {
  if (!keeps(Behaviour::token_lapse)) return;
  std::erase_if(claims_, [&](const Claim& claim) { return claim.until <= now(); });
  for (const auto& [weak, path, wanted] : links_) {
    const auto link = weak.lock();
    if (!link || link->is_closed() || allow(path, wanted)) continue;
    auto why = unauthorised(path, wanted);
    why.description = "ExpiredToken: the token has expired. " + why.description;
    const auto on_close = link->on_close;
    link->close(why);
    if (on_close) on_close(why);
  }
  arm();
}

}  // namespace millrace::bus
