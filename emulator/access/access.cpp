#include "emulator/access/access.hpp"

#include <algorithm>
#include <charconv>
#include <limits>
#include <map>

#include <fmt/format.h>

#include "core/base/bytes.hpp"
#include "core/base/crypto.hpp"
#include "emulator/broker/text.hpp"

namespace millrace::bus {
namespace {

constexpr std::string_view kTokenKind = "SharedAccessSignature ";
constexpr std::string_view kManagement = "/$management";

std::unexpected<Error> denied(std::string why) {
  return fail(ErrorKind::unauthorised, std::move(why));
}

bool covers_path(std::string_view scope, std::string_view path) {
  return scope.empty() || path == scope || (path.starts_with(scope) && path[scope.size()] == '/');
}

/// The queue or topic that a lower-case path belongs to; no name of one holds what this cuts at.
std::string_view entity_of(std::string_view path) {
  path = path.substr(0, std::min(path.find("/$"), path.find("/subscriptions/")));
  if (path.ends_with("/subscriptions")) path.remove_suffix(std::string_view("/subscriptions").size());
  return path;
}

/// Takes the same time whatever is wrong with it.
bool same_secret(std::string_view a, std::string_view b) {
  const auto of_a = sha256(as_bytes(a));
  const auto of_b = sha256(as_bytes(b));
  unsigned difference = 0;
  for (size_t i = 0; i < of_a.size(); ++i) difference |= static_cast<unsigned>(of_a[i] ^ of_b[i]);
  return difference == 0;
}

std::map<std::string_view, std::string_view> parameters_of(std::string_view text) {
  std::map<std::string_view, std::string_view> parameters;
  while (!text.empty()) {
    const auto end = text.find('&');
    const auto one = text.substr(0, end);
    const auto equals = one.find('=');
    if (equals != std::string_view::npos) parameters[one.substr(0, equals)] = one.substr(equals + 1);
    if (end == std::string_view::npos) break;
    text.remove_prefix(end + 1);
  }
  return parameters;
}

}  // namespace

std::string sign_for_namespace(const AccessRule& rule, WallTime now) {
  const auto resource = percent_encode("sb://localhost/");
  const auto expiry =
      std::chrono::floor<std::chrono::seconds>(now + std::chrono::minutes{1}).time_since_epoch().count();
  const auto signature =
      hmac_sha256(as_bytes(rule.keys.front()), as_bytes(fmt::format("{}\n{}", resource, expiry)));
  return fmt::format("{}sr={}&sig={}&se={}&skn={}", kTokenKind, resource, percent_encode(base64(signature)),
                     expiry, percent_encode(rule.name));
}

std::string scope_of(std::string_view audience) {
  if (const auto scheme = audience.find("://"); scheme != std::string_view::npos) {
    const auto path = audience.find('/', scheme + 3);
    audience = path == std::string_view::npos ? std::string_view{} : audience.substr(path);
  }
  auto scope = lower_case(audience.substr(0, audience.find('?')));
  while (scope.starts_with('/')) scope.erase(0, 1);
  while (scope.ends_with('/')) scope.pop_back();
  if (scope.ends_with(kManagement)) scope.resize(scope.size() - kManagement.size());
  return scope;
}

bool Claim::covers(std::string_view path, Rights wanted, WallTime now) const {
  const auto lower = lower_case(path);
  // A name may go on below another's, `orders` and `orders/private`: an entity's rule is for that one alone.
  return now < until && (rights & wanted) == wanted && covers_path(scope, lower) &&
         (of_namespace || entity_of(scope) == entity_of(lower));
}

std::vector<AccessRule> Access::own_rules(std::string_view path) const {
  const auto entity = entity_of(path);
  if (const auto* queue = entities_.find_queue(entity)) return queue->info.access_rules;
  if (const auto* topic = entities_.find_topic(entity)) return topic->info.access_rules;
  return {};
}

Result<Claim> Access::check_token(std::string_view token, WallTime now) const {
  if (!token.starts_with(kTokenKind)) {
    return denied("The token is not a shared access signature; this bus cannot check others.");
  }
  auto parameters = parameters_of(token.substr(kTokenKind.size()));
  const auto resource = percent_decode(parameters["sr"]);
  const auto signature = percent_decode(parameters["sig"]);
  const auto rule_name = percent_decode(parameters["skn"]);
  const auto expiry = parameters["se"];
  int64_t seconds = 0;
  const auto read = std::from_chars(expiry.data(), expiry.data() + expiry.size(), seconds);
  const bool is_time = read.ec == std::errc{} && read.ptr == expiry.data() + expiry.size() && seconds >= 0 &&
                       seconds < std::numeric_limits<int64_t>::max() / 1000;
  if (!resource || !signature || !rule_name || !is_time || resource->empty())
    return denied("The token is malformed: it needs sr, sig, se and skn.");
  const WallTime until{std::chrono::seconds{seconds}};
  if (until <= now) {
    return denied(
        fmt::format("ExpiredToken: the token expired at {}; it is {} here.", rfc3339(until), rfc3339(now)));
  }
  const auto scope = scope_of(*resource);
  const auto text = fmt::format("{}\n{}", parameters["sr"], expiry);
  const auto signed_by = [&](const std::vector<AccessRule>& rules) {
    return std::ranges::find_if(rules, [&](const AccessRule& rule) {
      return rule.name == *rule_name && std::ranges::any_of(rule.keys, [&](const std::string& key) {
               return same_secret(base64(hmac_sha256(as_bytes(key), as_bytes(text))), *signature);
             });
    });
  };
  if (const auto rule = signed_by(rules_); rule != rules_.end())
    return Claim{scope, rule->rights, until, true};
  const auto own = own_rules(scope);
  if (const auto rule = signed_by(own); rule != own.end()) return Claim{scope, rule->rights, until, false};
  return denied("InvalidSignature: the token has no signature of a key that is known here.");
}

Result<Claim> Access::check_key(std::string_view rule_name, std::string_view key) const {
  for (const auto& rule : rules_) {
    if (rule.name != rule_name) continue;
    for (const auto& known : rule.keys) {
      if (same_secret(known, key)) return Claim{"", rule.rights, WallTime::max(), true};
    }
  }
  return denied("There is no such rule with such a key.");
}

}  // namespace millrace::bus
