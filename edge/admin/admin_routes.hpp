// What an administrator of the box may change while it runs: /admin/v1 on the box's own socket.
#pragma once

#include <functional>

#include "core/delivery/outbox.hpp"
#include "core/http/server.hpp"
#include "core/store/writer.hpp"

namespace millrace::edge {

/// What the handlers use; outlives the router.
struct Admin {
  store::Writer& writer;
  const delivery::Outbox& outbox;
  std::function<void()> recorded;  ///< a record was added
};

/// POST /admin/v1/parked/{stream_id}/{sequence}/replay and …/discard with `{"reason": "…"}`, and who asked
/// for it in
/// `"for"` when somebody else types it. The actor in the audit is the user whom the kernel names. On the
/// loop.
void add_admin_routes(http::Router& router, const Admin& admin);

}  // namespace millrace::edge
