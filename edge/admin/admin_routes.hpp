// What those who run the box see of it and may change while it runs: /admin/v1, on the box's own socket for
// the command line, and on the kiosks' port for the console.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "core/delivery/outbox.hpp"
#include "core/http/server.hpp"
#include "core/store/writer.hpp"
#include "edge/admin/box_report.hpp"
#include "edge/admin/console_access.hpp"

namespace millrace::edge {

/// What the handlers use. On the loop; owned by the daemon; outlives the routers.
struct Admin {
  const Clock& clock;
  store::Writer& writer;
  store::Connection& reader;
  const delivery::Outbox& outbox;
  std::function<BoxReport()> report;
  /// Of the console's page, as browsers may call it, without the code; none when the box serves no pages.
  std::function<std::vector<std::string>()> console_addresses;
  std::function<void()> recorded;  ///< a record was added
  ConsoleAccess access{};
  /// Of codes, not of PINs: who tries codes must not keep operators from signing in.
  TryBudget tries{};
};

/// On the box's own socket. Who asks is the user whom the kernel names, and where a body says `"for"`, the
/// person for whom root does it. POST /admin/v1/passes gives a pass for the console.
void add_local_admin_routes(http::Router& router, Admin& admin);

/// On the kiosks' port. Who asks has a session, which begins with a pass.
void add_console_routes(http::Router& router, Admin& admin);

}  // namespace millrace::edge
