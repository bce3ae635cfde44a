// The nodes that answer requests: `$cbs` and each entity's `$management`.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "core/amqp/link.hpp"
#include "core/amqp/message.hpp"
#include "emulator/protocol/management.hpp"

namespace millrace::bus {

/// The request and reply links of one connection. A reply goes to the link whose target address, or else
/// whose name, is the request's reply-to. Owned by its Client; loop thread.
class RequestNodes : public std::enable_shared_from_this<RequestNodes> {
 public:
  explicit RequestNodes(Management& management) : management_(management) {}

  /// A link on which requests come in; `path` is the entity's, empty for `$cbs`.
  void serve_requests(const amqp::LinkPtr& link, const std::string& path);
  /// A link on which replies go out.
  void serve_replies(const amqp::LinkPtr& link);

 private:
  void received(const amqp::LinkPtr& link, const std::string& path, const amqp::Incoming& transfer);
  void reply(const std::string& reply_to, const amqp::Message& message);

  Management& management_;
  std::vector<std::weak_ptr<amqp::Link>> reply_links_;
  uint64_t next_tag_ = 0;
};

}  // namespace millrace::bus
