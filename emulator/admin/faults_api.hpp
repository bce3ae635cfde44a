// Faults on request, over HTTP.
#pragma once

#include "core/http/server.hpp"
#include "emulator/admin/admin_api.hpp"
#include "emulator/faults/faults.hpp"

namespace millrace::bus {

/// `/$faults`: GET shows what is pending, POST asks for one or more (faults_json.hpp), DELETE forgets them
/// all. With access rules these need Manage on the namespace. What is given must outlive the router.
void add_fault_routes(http::Router& router, const AdminApi& admin, Faults& faults, ShiftedClock& clock);

}  // namespace millrace::bus
