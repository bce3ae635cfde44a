// The nodes that answer requests: `$cbs` and each entity's `$management`.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "core/amqp/link.hpp"
#include "core/amqp/message.hpp"
#include "emulator/protocol/claims.hpp"
#include "emulator/protocol/client_context.hpp"
#include "emulator/protocol/management.hpp"

namespace millrace::bus {

/// So many requests of one client may be under way or have a reply that waits to go out. More are refused: a
/// client that gives its reply links no credit, or does not read, takes no more memory than that.
inline constexpr size_t kRepliesWaitingMost = 1000;

/// The request and reply links of one connection. A reply goes to the link whose target address, or else
/// whose name, is the request's reply-to, by default the address of its node. Owned by its Client; loop
/// thread.
class RequestNodes : public std::enable_shared_from_this<RequestNodes> {
 public:
  RequestNodes(ClientContextPtr context, std::shared_ptr<Claims> claims, Management& management)
      : context_(std::move(context)), claims_(std::move(claims)), management_(management) {}

  /// A link on which requests come in; `path` is the entity's, empty for `$cbs`.
  void serve_requests(const amqp::LinkPtr& link, const std::string& path);
  /// A link on which replies go out.
  void serve_replies(const amqp::LinkPtr& link);

 private:
  void received(const amqp::LinkPtr& link, const std::string& path, const amqp::Incoming& transfer);
  amqp::Message take_token(const amqp::Message& request);
  void manage(const amqp::LinkPtr& link, const std::string& path, const amqp::Message& request,
              const std::string& reply_to);
  /// Requests without an answer yet, and answers that have not gone out.
  size_t waiting() const;
  amqp::LinkPtr reply_link(const std::string& reply_to) const;
  void reply(const std::string& reply_to, const amqp::Message& message);

  ClientContextPtr context_;
  std::shared_ptr<Claims> claims_;
  Management& management_;
  std::vector<std::weak_ptr<amqp::Link>> reply_links_;
  size_t under_way_ = 0;  ///< requests without an answer yet
  uint64_t next_tag_ = 0;
};

}  // namespace millrace::bus
