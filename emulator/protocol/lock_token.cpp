#include "emulator/protocol/lock_token.hpp"

#include <algorithm>

namespace millrace::bus {

Bytes delivery_tag(const Uuid& token) {
  Bytes tag(token.bytes.begin(), token.bytes.end());
  std::reverse(tag.begin(), tag.begin() + 4);
  std::reverse(tag.begin() + 4, tag.begin() + 6);
  std::reverse(tag.begin() + 6, tag.begin() + 8);
  return tag;
}

}  // namespace millrace::bus
