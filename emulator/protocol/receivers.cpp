#include "emulator/protocol/receivers.hpp"

namespace millrace::bus {

ReceiverId Receivers::who_asks(const std::string* link, const Queue& queue,
                               const std::string& session_id) const {
  for (const auto& [receiver, name] : links_) {
    if (link != nullptr ? name == *link : queue.holds_session(session_id, receiver)) return receiver;
  }
  return 0;
}

}  // namespace millrace::bus
