// Who may do what: shared access keys and the tokens signed with them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/base/clock.hpp"
#include "core/base/result.hpp"
#include "emulator/broker/broker.hpp"

namespace millrace::bus {

/// What a client has shown that it may do.
struct Claim {
  std::string scope;  ///< lower-case path; empty: the whole namespace
  Rights rights = 0;
  WallTime until{};
  bool of_namespace = false;  ///< by a rule of the namespace: it reaches other entities below its scope, too

  bool covers(std::string_view path, Rights wanted, WallTime now) const;
};

/// Checks tokens and passwords against the rules of the namespace and of its entities. Without rules of the
/// namespace it is off: everybody may do everything. Owned by the composition root; loop thread.
class Access {
 public:
  Access(std::vector<AccessRule> rules, const Broker& entities)
      : rules_(std::move(rules)), entities_(entities) {}

  bool is_on() const { return !rules_.empty(); }
  /// A shared access signature: `SharedAccessSignature sr=…&sig=…&se=…&skn=…`, in any order. Errors:
  /// unauthorised, with what is wrong.
  Result<Claim> check_token(std::string_view token, WallTime now) const;
  /// A rule of the namespace and one of its keys, as SASL PLAIN sends them. Errors: unauthorised.
  Result<Claim> check_key(std::string_view rule, std::string_view key) const;

 private:
  /// The rules of the queue or topic that the path belongs to. Sub-queues and subscriptions have none of
  /// their own.
  std::vector<AccessRule> own_rules(std::string_view path) const;

  std::vector<AccessRule> rules_;
  const Broker& entities_;
};

/// A shared access signature for the whole namespace, by this rule's first key, good for a minute.
std::string sign_for_namespace(const AccessRule& rule, WallTime now);

/// "queue/$management", "sb://host/Queue/" and "/queue" are all "queue".
std::string scope_of(std::string_view audience);

}  // namespace millrace::bus
