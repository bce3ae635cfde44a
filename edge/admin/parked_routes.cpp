#include <charconv>

#include <fmt/format.h>
#include <boost/json.hpp>

#include "core/base/log.hpp"
#include "edge/admin/admin_handlers.hpp"

namespace millrace::edge {

namespace asio = boost::asio;

namespace {

/// Of the person on whose behalf root decides; with the user's name it has to fit into an actor.
constexpr size_t kMostNameBytes = 24;

struct Order {
  delivery::RecordPlace place;
  delivery::Decision decision;
};

Result<Order> read_order(const http::Request& request, const Asker& asker) {
  Order order;
  const auto stream = Uuid::parse(request.params.at("stream_id"));
  if (!stream) return std::unexpected(stream.error());
  order.place.stream_id = *stream;
  const auto& digits = request.params.at("sequence");
  const auto [end, wrong] =
      std::from_chars(digits.data(), digits.data() + digits.size(), order.place.sequence);
  if (wrong != std::errc{} || end != digits.data() + digits.size())
    return fail(ErrorKind::invalid_input, fmt::format("'{}' is not a sequence", digits));

  const auto document = json::Document::parse(request.body);
  if (!document) return std::unexpected(document.error());
  order.decision.reason = document->root().at("reason").text(delivery::kMostDecisionReasonBytes);
  order.decision.actor = actor_of(asker, document->root());
  if (auto good = document->finish(); !good) return std::unexpected(good.error());
  return order;
}

asio::awaitable<http::Response> replay(const Admin& admin, const http::Request& request, const Asker& asker) {
  const auto order = read_order(request, asker);
  if (!order) co_return http::Response::problem(order.error());
  delivery::Appended appended;
  const auto committed = co_await admin.writer.commit([&](store::Connection& db) -> Result<> {
    const auto result = admin.outbox.replay(db, order->place, order->decision);
    if (!result) return std::unexpected(result.error());
    appended = *result;
    return {};
  });
  if (!committed) co_return http::Response::problem(committed.error());
  log::info("outbox.replayed", {{"sequence", order->place.sequence},
                                {"as", appended.sequence},
                                {"by", order->decision.actor},
                                {"reason", order->decision.reason}});
  admin.recorded();
  boost::json::object body;
  body["stream_id"] = appended.stream_id.string();
  body["sequence"] = appended.sequence;
  co_return http::Response::json(boost::json::serialize(body));
}

asio::awaitable<http::Response> discard(const Admin& admin, const http::Request& request,
                                        const Asker& asker) {
  const auto order = read_order(request, asker);
  if (!order) co_return http::Response::problem(order.error());
  const auto committed = co_await admin.writer.commit([&](store::Connection& db) -> Result<> {
    const auto event_id = admin.outbox.discard(db, order->place, order->decision);
    if (!event_id) return std::unexpected(event_id.error());
    return {};
  });
  if (!committed) co_return http::Response::problem(committed.error());
  log::warn("outbox.discarded", {{"sequence", order->place.sequence},
                                 {"by", order->decision.actor},
                                 {"reason", order->decision.reason}});
  co_return http::Response::no_content();
}

}  // namespace

std::string actor_of(const Asker& asker, const json::Value& body) {
  if (!asker.may_act_for_another) return asker.name;
  const auto other = body.maybe("for");
  return other.present() ? fmt::format("{} for {}", asker.name, other.text(kMostNameBytes)) : asker.name;
}

void add_parked_routes(http::Router& router, const Admin& admin, const Guard& writing) {
  router.add("POST", "/admin/v1/parked/{stream_id}/{sequence}/replay",
             writing([&admin](http::Request& request, const Asker& asker) {
               return replay(admin, request, asker);
             }));
  router.add("POST", "/admin/v1/parked/{stream_id}/{sequence}/discard",
             writing([&admin](http::Request& request, const Asker& asker) {
               return discard(admin, request, asker);
             }));
}

}  // namespace millrace::edge
