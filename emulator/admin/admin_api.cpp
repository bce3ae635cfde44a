#include "emulator/admin/admin_api.hpp"

#include <algorithm>
#include <charconv>
#include <memory>
#include <utility>

#include <fmt/format.h>
#include <boost/asio/async_result.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/url/parse.hpp>

#include "emulator/broker/behaviour.hpp"
#include "emulator/broker/text.hpp"

namespace millrace::bus {
namespace {

constexpr size_t kListedMost = 100;  // in one answer; also what the service takes when nothing was asked
constexpr auto kEntryType = "application/atom+xml;type=entry;charset=utf-8";
constexpr auto kFeedType = "application/atom+xml;type=feed;charset=utf-8";
constexpr auto kErrorType = "application/xml;charset=utf-8";
constexpr std::string_view kSubscriptions = "/subscriptions";
constexpr std::string_view kRules = "/rules";

http::Response answer(unsigned status, const char* type, std::string body) {
  http::Response response;
  response.status = status;
  response.content_type = type;
  response.body = std::move(body);
  return response;
}

http::Response error(unsigned status, const std::string& detail) {
  return answer(status, kErrorType, write_error(status, detail));
}

http::Response refused(const Refusal& refusal) {
  switch (refusal.reason) {
    case Reason::not_found:
    case Reason::rule_not_found:
      return error(404, refusal.text);
    case Reason::entity_exists:
      return error(409, refusal.text);
    case Reason::quota_exceeded:
      return error(403, refusal.text);
    default:
      return error(400, refusal.text);
  }
}

std::string address_of(const http::Request& request, std::string_view path) {
  const auto host = request.header("host");
  return fmt::format("{}://{}/{}?api-version=2021-05", request.secure ? "https" : "http",
                     host.empty() ? "localhost" : host, path);
}

bool is_read(const http::Request& request) {
  return request.method == "GET" || request.method == "HEAD";
}

/// Whether a browser sent it for a page that is not the bus's own. Any page can post to the machine that
/// shows it. The bus's own are those at an address or at localhost: any other name may have been made to
/// point here.
bool comes_from_foreign_page(const http::Request& request) {
  const auto origin = request.header("origin");
  if (origin.empty()) return false;
  const auto own = fmt::format("{}://{}", request.secure ? "https" : "http", request.header("host"));
  if (origin != own) return true;
  const auto address = boost::urls::parse_uri(own);
  return !address || (address->host_type() == boost::urls::host_type::name && address->host() != "localhost");
}

size_t number(const http::Request& request, std::string_view key, size_t otherwise) {
  const auto found = request.query.find(key);
  if (found == request.query.end()) return otherwise;
  size_t value = 0;
  const auto& text = found->second;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), value);
  return read.ec == std::errc{} ? value : otherwise;
}

std::string_view trimmed(std::string_view path) {
  while (path.starts_with('/')) path.remove_prefix(1);
  while (path.ends_with('/')) path.remove_suffix(1);
  return path;
}

/// "a" of "a/b"; nothing is left behind when there is no slash.
std::string_view take_segment(std::string_view& path) {
  const auto slash = path.find('/');
  const auto segment = path.substr(0, slash);
  path = slash == std::string_view::npos ? std::string_view{} : path.substr(slash + 1);
  return segment;
}

}  // namespace

/// What a path names.
struct AdminApi::Place {
  enum class Kind { name_space, queues, topics, entity, subscriptions, subscription, rules, rule };
  Kind kind = Kind::entity;
  std::string entity;  ///< the queue or topic
  std::string subscription;
  std::string rule;

  std::string subscription_path() const { return bus::subscription_path(entity, subscription); }

  static Place read(std::string_view path) {
    path = trimmed(path);
    const auto lower = lower_case(path);
    if (lower == "$namespaceinfo") return {Kind::name_space, {}, {}, {}};
    if (lower == "$resources/queues") return {Kind::queues, {}, {}, {}};
    if (lower == "$resources/topics") return {Kind::topics, {}, {}, {}};
    const auto at = lower.find(kSubscriptions);
    const auto end = at + kSubscriptions.size();
    if (at == std::string::npos || (end < lower.size() && lower[end] != '/'))
      return {Kind::entity, std::string(path), {}, {}};
    Place place{Kind::subscriptions, std::string(path.substr(0, at)), {}, {}};
    if (end >= path.size()) return place;
    auto rest = path.substr(end + 1);
    place.kind = Kind::subscription;
    place.subscription = take_segment(rest);
    if (rest.empty()) return place;
    place.kind = Kind::rules;
    if (!same_ignoring_case(take_segment(rest), kRules.substr(1))) place.rule = "?";  // no such address
    if (rest.empty()) return place;
    place.kind = Kind::rule;
    place.rule = rest;
    return place;
  }
};

template <class Command>
boost::asio::awaitable<Answer<>> AdminApi::administer(Command command) {
  return boost::asio::async_initiate<const boost::asio::use_awaitable_t<>, void(Answer<>)>(
      [this](auto handler, Command given) {
        const auto shared = std::make_shared<decltype(handler)>(std::move(handler));
        broker_.administer(std::move(given), [shared](Answer<> done) { (*shared)(std::move(done)); });
      },
      boost::asio::use_awaitable, std::move(command));
}

Counts AdminApi::counts(const Queue& queue) const {
  Counts counts;
  counts.scheduled = queue.in_state(MessageState::scheduled);
  if (!keeps(Behaviour::counts_in_runtime)) return {};
  counts.active = queue.size() - counts.scheduled;
  counts.bytes = queue.bytes();
  counts.accessed = queue.accessed();
  if (const auto* dead_letters = queue.dead_letters()) {
    counts.dead_letters = dead_letters->size();
    counts.bytes += dead_letters->bytes();
  }
  return counts;
}

AtomEntry AdminApi::entry(const http::Request& request, const QueueDefinition& queue) const {
  return {address_of(request, queue.name), queue.name, queue, counts(*broker_.queue(queue.name))};
}

AtomEntry AdminApi::entry(const http::Request& request, const TopicDefinition& topic) const {
  const auto subscriptions = broker_.entities().subscriptions(topic.name);
  auto counted = counts(*broker_.entities().schedule(topic.name));
  counted.subscriptions = subscriptions.size();
  for (const auto* subscription : subscriptions) counted.bytes += counts(*subscription->queue).bytes;
  return {address_of(request, topic.name), topic.name, topic, counted};
}

AtomEntry AdminApi::entry(const http::Request& request, const Broker::Subscription& subscription) const {
  const auto path = subscription_path(subscription.topic, subscription.definition.name);
  return {address_of(request, path), subscription.definition.name, subscription.definition,
          counts(*subscription.queue)};
}

std::optional<AtomEntry> AdminApi::find(const http::Request& request, const Place& place) const {
  const auto& entities = broker_.entities();
  if (place.kind == Place::Kind::entity) {
    if (const auto* queue = entities.find_queue(place.entity)) return entry(request, *queue);
    if (const auto* topic = entities.find_topic(place.entity)) return entry(request, *topic);
    return {};
  }
  const auto* subscription = entities.subscription(place.subscription_path());
  if (subscription == nullptr) return {};
  if (place.kind == Place::Kind::subscription) return entry(request, *subscription);
  for (const auto& rule : subscription->definition.rules) {
    if (!same_ignoring_case(rule.name, place.rule)) continue;
    const auto path = fmt::format("{}/Rules/{}", subscription->queue->path(), rule.name);
    return AtomEntry{address_of(request, path), rule.name, rule, {}};
  }
  return {};
}

http::Response AdminApi::get(const http::Request& request, const Place& place) const {
  if (const auto found = find(request, place)) return answer(200, kEntryType, write_entry(*found));
  // The service shows an empty list where a queue or topic could be.
  if (place.kind == Place::Kind::entity)
    return answer(200, kFeedType, write_feed(address_of(request, place.entity), {}, {}));
  return error(404, fmt::format("The messaging entity '{}' could not be found.", place.subscription_path()));
}

http::Response AdminApi::list(const http::Request& request, const Place& place) const {
  const auto& entities = broker_.entities();
  std::vector<AtomEntry> all;
  std::string path;
  switch (place.kind) {
    case Place::Kind::queues:
      path = "$Resources/Queues";
      for (const auto* queue : entities.queue_definitions()) all.push_back(entry(request, *queue));
      break;
    case Place::Kind::topics:
      path = "$Resources/Topics";
      for (const auto* topic : entities.topic_definitions()) all.push_back(entry(request, *topic));
      break;
    case Place::Kind::subscriptions:
      path = place.entity + "/Subscriptions";
      if (!entities.is_topic(place.entity))
        return error(404, fmt::format("The messaging entity '{}' could not be found.", place.entity));
      for (const auto* one : entities.subscriptions(place.entity)) all.push_back(entry(request, *one));
      break;
    default: {
      const auto* subscription = entities.subscription(place.subscription_path());
      if (subscription == nullptr || !place.rule.empty())
        return error(404,
                     fmt::format("The messaging entity '{}' could not be found.", place.subscription_path()));
      path = place.subscription_path() + "/Rules";
      for (const auto& rule : subscription->definition.rules)
        all.push_back({address_of(request, fmt::format("{}/{}", path, rule.name)), rule.name, rule, {}});
    }
  }
  const auto skip = keeps(Behaviour::list_pages) ? std::min(number(request, "$skip", 0), all.size()) : 0;
  const auto top = std::min(number(request, "$top", kListedMost), kListedMost);
  const auto end = std::min(skip + top, all.size());
  std::optional<std::string> next;
  if (end < all.size()) next = fmt::format("{}&$skip={}&$top={}", address_of(request, path), end, top);
  const std::vector<AtomEntry> page(all.begin() + static_cast<ptrdiff_t>(skip),
                                    all.begin() + static_cast<ptrdiff_t>(end));
  return answer(200, kFeedType, write_feed(address_of(request, path), page, next));
}

boost::asio::awaitable<http::Response> AdminApi::put(const http::Request& request, const Place& place) {
  auto description = read_description(request.body);
  if (!description) co_return error(400, description.error().message);
  const bool is_update = !request.header("if-match").empty();
  Answer<> done;
  if (auto* rule = std::get_if<Rule>(&*description)) {
    if (place.kind != Place::Kind::rule) co_return error(400, "A rule has no such address.");
    rule->name = place.rule;
    done = co_await administer([&](Broker& broker, Moment now, Change& change) {
      return is_update ? broker.replace_rule(place.subscription_path(), *rule, now, change)
                       : broker.add_rule(place.subscription_path(), *rule, now, change);
    });
  } else {
    std::optional<Definition> definition;
    const bool at_entity = place.kind == Place::Kind::entity;
    if (auto* queue = std::get_if<QueueDefinition>(&*description); queue != nullptr && at_entity) {
      queue->name = place.entity;
      definition = std::move(*queue);
    } else if (auto* topic = std::get_if<TopicDefinition>(&*description); topic != nullptr && at_entity) {
      topic->name = place.entity;
      definition = std::move(*topic);
    } else if (auto* one = std::get_if<SubscriptionDefinition>(&*description);
               one != nullptr && place.kind == Place::Kind::subscription) {
      one->name = place.subscription;
      definition = SubscriptionOf{place.entity, std::move(*one)};
    }
    if (!definition) co_return error(400, "What the body describes has no such address.");
    done = co_await administer([&](Broker& broker, Moment now, Change& change) {
      return is_update ? broker.update(std::move(*definition), now, change)
                       : broker.create(std::move(*definition), now, change);
    });
  }
  if (!done) co_return refused(done.error());
  const auto found = find(request, place);
  if (!found) co_return error(404, "It was deleted at once.");
  co_return answer(is_update ? 200 : 201, kEntryType, write_entry(*found));
}

boost::asio::awaitable<http::Response> AdminApi::remove(const Place& place) {
  const auto done = co_await administer([&](Broker& broker, Moment now, Change& change) {
    if (place.kind == Place::Kind::rule)
      return broker.remove_rule(place.subscription_path(), place.rule, now, change);
    return broker.remove(place.kind == Place::Kind::entity ? place.entity : place.subscription_path(),
                         change);
  });
  co_return done ? answer(200, kErrorType, "") : refused(done.error());
}

std::optional<http::Response> AdminApi::refuse_stranger(const http::Request& request,
                                                        std::string_view path) const {
  if (!is_read(request) && comes_from_foreign_page(request)) {
    return error(403, fmt::format("A web page of '{}' may change nothing here: send no Origin header.",
                                  request.header("origin")));
  }
  if (!access_.is_on()) return {};
  const auto now = clock_.wall();
  const auto claim = access_.check_token(request.header("authorization"), now);
  if (!claim) return error(401, claim.error().message);
  if (claim->covers(path, kManage, now)) return {};
  return error(401, fmt::format("Manage is required on '{}'.", path));
}

std::optional<http::Response> AdminApi::refuse_page(const http::Request& request) const {
  if (access_.is_on() || !comes_from_foreign_page(request)) return {};
  return error(403, fmt::format("A web page of '{}' may not use this bus, which asks nobody for a key: set "
                                "access rules, and let the page show a key of theirs.",
                                request.header("origin")));
}

boost::asio::awaitable<http::Response> AdminApi::handle(http::Request& request) {
  if (!request.header("upgrade").empty()) co_return error(404, "There is no other protocol at this address.");
  const auto place = Place::read(request.path);
  if (auto refused = refuse_stranger(request, trimmed(request.path))) co_return std::move(*refused);
  const bool is_one = place.kind == Place::Kind::entity || place.kind == Place::Kind::subscription ||
                      place.kind == Place::Kind::rule;
  const bool is_get = is_read(request);
  if (is_get && place.kind == Place::Kind::name_space) {
    const auto host = request.header("host");
    const std::string name(host.substr(0, host.find_first_of(".:")));
    co_return answer(200, kEntryType, write_namespace(address_of(request, "$namespaceinfo"), name));
  }
  if (is_get) co_return is_one ? get(request, place) : list(request, place);
  if (!is_one || place.entity.empty()) co_return error(405, "This address can only be read.");
  if (request.method == "PUT") co_return co_await put(request, place);
  if (request.method == "DELETE") co_return co_await remove(place);
  co_return error(405, "Entities are read with GET, made and changed with PUT, deleted with DELETE.");
}

}  // namespace millrace::bus
