#include "emulator/protocol/address.hpp"

#include "emulator/broker/behaviour.hpp"
#include "emulator/broker/text.hpp"

namespace millrace::bus {
namespace {

bool take_suffix(std::string_view& text, std::string_view suffix) {
  if (text.size() < suffix.size() || !same_ignoring_case(text.substr(text.size() - suffix.size()), suffix))
    return false;
  text.remove_suffix(suffix.size());
  return true;
}

std::string_view path_in(std::string_view address) {
  if (const auto scheme = address.find("://"); scheme != std::string_view::npos) {
    const auto path = address.find('/', scheme + 3);
    address = path == std::string_view::npos ? std::string_view{} : address.substr(path);
  }
  while (address.starts_with('/')) address.remove_prefix(1);
  while (address.ends_with('/')) address.remove_suffix(1);
  return address;
}

}  // namespace

NodeAddress parse_address(std::string_view address) {
  if (keeps(Behaviour::address_forms)) address = path_in(address);
  NodeAddress node;
  if (same_ignoring_case(address, "$cbs")) {
    node.is_cbs = true;
    return node;
  }
  node.is_management = take_suffix(address, "/$management");
  node.path = address;
  return node;
}

}  // namespace millrace::bus
