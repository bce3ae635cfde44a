#include "emulator/admin/faults_api.hpp"

#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "core/base/log.hpp"
#include "emulator/faults/faults_json.hpp"

namespace millrace::bus {
namespace {

constexpr auto kPath = "/$faults";

}  // namespace

void add_fault_routes(http::Router& router, const AdminApi& admin, Faults& faults, ShiftedClock& clock) {
  const auto guarded = [&admin](auto serve) {
    return [&admin, serve](http::Request& request) -> boost::asio::awaitable<http::Response> {
      if (auto refused = admin.refuse_stranger(request, "")) co_return std::move(*refused);
      co_return serve(request);
    };
  };
  router.add("GET", kPath, guarded([&](http::Request&) {
               return http::Response::json(to_json(faults.all(), clock.shifted()));
             }));
  router.add("DELETE", kPath, guarded([&](http::Request&) {
               faults.clear();
               clock.shift(-clock.shifted());
               return http::Response::json(to_json(faults.all(), clock.shifted()));
             }));
  router.add("POST", kPath, guarded([&](http::Request& request) {
               const auto orders = read_faults(request.body);
               if (!orders) return http::Response::problem(orders.error());
               std::vector<uint64_t> ids;
               for (const auto& order : *orders) {
                 const auto id = obey(order, faults, clock);
                 if (!id)
                   return http::Response::problem(409, "too-many-faults",
                                                  "Forget some first: DELETE /$faults.");
                 ids.push_back(*id);
               }
               log::info("bus.faults_asked", {{"count", orders->size()}});
               return http::Response::json(fmt::format("{{\"ids\":[{}]}}", fmt::join(ids, ",")));
             }));
}

}  // namespace millrace::bus
