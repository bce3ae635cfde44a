// Who among one client's receivers asks about a session.
#pragma once

#include <map>
#include <string>

#include "emulator/broker/queue.hpp"

namespace millrace::bus {

/// The open receivers of one client. Loop thread.
class Receivers {
 public:
  void add(ReceiverId receiver, std::string link) { links_.insert_or_assign(receiver, std::move(link)); }
  void remove(ReceiverId receiver) { links_.erase(receiver); }
  /// The receiver of the link that a request names. Where it names none, whichever holds the session. 0,
  /// which is nobody's number, when there is no such receiver.
  ReceiverId who_asks(const std::string* link, const Queue& queue, const std::string& session_id) const;

 private:
  std::map<ReceiverId, std::string> links_;
};

}  // namespace millrace::bus
