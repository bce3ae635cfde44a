// The addresses that clients write, brought into one form.
#pragma once

#include <string>
#include <string_view>

namespace millrace::bus {

struct NodeAddress {
  std::string path;  ///< of the entity, as the client spelled it; empty for `$cbs`
  bool is_cbs = false;
  bool is_management = false;
};

/// Takes `queue`, `/queue`, `amqps://host/topic/Subscriptions/name`, each with or without `/$management`, and
/// `$cbs`.
NodeAddress parse_address(std::string_view address);

}  // namespace millrace::bus
