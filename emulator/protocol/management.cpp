#include "emulator/protocol/management.hpp"

#include <algorithm>
#include <array>
#include <set>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "emulator/broker/behaviour.hpp"
#include "emulator/protocol/conditions.hpp"
#include "emulator/protocol/message_codec.hpp"
#include "emulator/protocol/rule_codec.hpp"

namespace millrace::bus {
namespace {

constexpr size_t kPeekedMost = 256;                    // messages in one reply
constexpr size_t kPeekedBytesMost = size_t{1} << 20U;  // so that a reply stays one moderate transfer
constexpr int64_t kSessionsListedMost = 1000;          // in one reply
constexpr int32_t kOk = 200;
constexpr int32_t kNoContent = 204;

/// One request under way: its entity, its body, and how to answer it.
struct Request {
  const std::string& path;
  DurableBroker& broker;
  Queue& queue;
  const Broker::Subscription* subscription;
  const amqp::Value& body;
  const Receivers& receivers;
  const std::string* link;  ///< that the client speaks for, if it says so
  std::function<void(int32_t status, amqp::Map body)> answer;
  std::function<void(const Refusal&)> refuse;

  const amqp::Value* find(std::string_view key) const { return body.find(key); }
  std::optional<std::string> text(std::string_view key) const {
    const auto* value = find(key);
    const auto* text = value != nullptr ? value->text() : nullptr;
    return text != nullptr ? std::optional(*text) : std::nullopt;
  }
  std::optional<int64_t> integer(std::string_view key) const {
    const auto* value = find(key);
    return value != nullptr ? value->integer() : std::nullopt;
  }
  /// The elements of an array or a list.
  amqp::List list(std::string_view key) const {
    const auto* value = find(key);
    if (value == nullptr) return {};
    if (const auto* array = value->get_if<amqp::Array>()) return array->items;
    if (const auto* items = value->get_if<amqp::List>()) return *items;
    return {};
  }
  std::vector<Uuid> lock_tokens() const {
    std::vector<Uuid> tokens;
    for (const auto& item : list("lock-tokens")) {
      if (const auto* token = item.get_if<Uuid>()) tokens.push_back(*token);
    }
    return tokens;
  }
  std::vector<Sequence> sequences() const {
    std::vector<Sequence> numbers;
    for (const auto& item : list("sequence-numbers")) {
      if (const auto number = item.integer()) numbers.push_back(*number);
    }
    return numbers;
  }
  ReceiverId who_asks(const std::string& session) const { return receivers.who_asks(link, queue, session); }
  /// Answers OK, or refuses.
  std::function<void(const Answer<>&)> done() const {
    return [answer = answer, refuse = refuse](const Answer<>& outcome) {
      outcome ? answer(kOk, {}) : refuse(outcome.error());
    };
  }
  void missing(std::string_view what) const {
    refuse({Reason::argument, fmt::format("The request has no {}.", what)});
  }
};

void peek(const Request& request) {
  const auto from = request.integer("from-sequence-number").value_or(1);
  const auto count = std::clamp<int64_t>(request.integer("message-count").value_or(1), 0, kPeekedMost);
  const auto* omit = request.find("omit-message-body");
  const bool omits = omit != nullptr && omit->get_if<bool>() != nullptr && *omit->get_if<bool>() &&
                     keeps(Behaviour::peek_omits_body);
  amqp::List messages;
  size_t bytes = 0;
  request.broker.at_once([](Moment, Change&) { return 0; });  // expired messages go before anybody looks
  for (const auto* message :
       request.queue.peek(from, static_cast<size_t>(count), request.text("session-id"))) {
    auto encoded = write_delivery({*message, {}, {}});
    if (omits) encoded = without_body(std::move(encoded));
    bytes += encoded.size();
    if (!messages.empty() && bytes > kPeekedBytesMost) break;
    messages.emplace_back(amqp::Map{{"message", amqp::Binary{std::move(encoded)}}});
  }
  if (messages.empty()) {
    request.answer(kNoContent, {});
  } else {
    request.answer(kOk, {{"messages", std::move(messages)}});
  }
}

void renew_lock(const Request& request) {
  const auto tokens = request.lock_tokens();
  if (tokens.empty()) return request.missing("lock-tokens");
  amqp::Array expirations;
  const auto renewed = request.broker.at_once([&](Moment now, Change&) -> Answer<> {
    if (auto all_held = request.queue.require_locks(tokens); !all_held) return all_held;
    for (const auto& token : tokens) {
      const auto until = request.queue.renew(token, now);
      if (!until) return std::unexpected(until.error());
      expirations.items.emplace_back(timestamp(*until));
    }
    return {};
  });
  if (!renewed) return request.refuse(renewed.error());
  request.answer(kOk, {{"expirations", std::move(expirations)}});
}

void renew_session_lock(const Request& request) {
  const auto session = request.text("session-id");
  if (!session) return request.missing("session-id");
  const auto until = request.broker.at_once([&](Moment now, Change&) {
    return request.queue.renew_session(*session, request.who_asks(*session), now);
  });
  if (!until) return request.refuse(until.error());
  request.answer(kOk, {{"expiration", timestamp(*until)}});
}

void get_session_state(const Request& request) {
  const auto session = request.text("session-id");
  if (!session) return request.missing("session-id");
  const auto state = request.broker.at_once(
      [&](Moment, Change&) { return request.queue.session_state(*session, request.who_asks(*session)); });
  if (!state) return request.refuse(state.error());
  request.answer(kOk, {{"session-state", *state ? amqp::Value(amqp::Binary{**state}) : amqp::Value()}});
}

void set_session_state(const Request& request) {
  const auto session = request.text("session-id");
  if (!session) return request.missing("session-id");
  const auto* given = request.find("session-state");
  const auto* bytes = given != nullptr ? given->get_if<amqp::Binary>() : nullptr;
  if (bytes != nullptr && bytes->bytes.size() > kMessageBytesMost) {
    return request.refuse(
        {Reason::too_large, fmt::format("A session state may have {} bytes.", kMessageBytesMost)});
  }
  auto state = bytes != nullptr ? std::optional(bytes->bytes) : std::nullopt;
  request.broker.durably(
      [&](Moment, Change& change) {
        return request.queue.set_session_state(*session, request.who_asks(*session), std::move(state),
                                               change);
      },
      request.done());
}

void update_disposition(const Request& request) {
  const auto status = request.text("disposition-status").value_or("");
  const auto tokens = request.lock_tokens();
  if (tokens.empty()) return request.missing("lock-tokens");
  Properties changed;
  if (const auto* given = request.find("properties-to-modify"); given != nullptr && status != "completed") {
    if (const auto* map = given->get_if<amqp::Map>()) changed = to_broker(*map);
  }
  const bool is_dead = status == "suspended";
  const DeadLetter why{request.text("deadletter-reason").value_or(""),
                       request.text("deadletter-description").value_or(""), changed};
  const auto settle = [&](const Uuid& token, Change& change) -> Answer<> {
    if (status == "completed") return request.queue.complete(token, change);
    if (status == "abandoned") return request.queue.abandon(token, changed, change);
    if (status == "suspended") return request.queue.dead_letter(token, why, change);
    if (status == "defered" || status == "deferred") return request.queue.defer(token, changed, change);
    return refuse(Reason::argument, fmt::format("'{}' is not a disposition status.", status));
  };
  request.broker.durably(
      [&](Moment, Change& change) -> Answer<> {
        const auto added = is_dead ? properties_of(why) : changed;
        const auto always = is_dead ? kReasonBytesAlways : 0;
        if (auto good = request.queue.require_locks(tokens, added, change, always); !good) return good;
        std::set<Uuid> settled_already;
        for (const auto& token : tokens) {  // in the order of the request, which dead letters keep
          if (!settled_already.insert(token).second) continue;
          if (auto settled = settle(token, change); !settled) return settled;
        }
        return {};
      },
      request.done());
}

void receive_by_sequence_number(const Request& request) {
  const auto sequences = request.sequences();
  if (sequences.empty()) return request.missing("sequence-numbers");
  if (auto open = request.broker.entities().accepts_receivers(request.path); !open)
    return request.refuse(open.error());
  const bool and_delete = request.integer("receiver-settle-mode").value_or(1) == 0;
  request.broker.durably(
      [&](Moment now, Change& change) {
        std::optional<SessionUse> session;
        if (auto id = request.text("session-id")) session = SessionUse{*id, request.who_asks(*id)};
        return request.queue.take_deferred(sequences, session, and_delete, now, change);
      },
      [answer = request.answer, refuse_it = request.refuse](const Answer<std::vector<Delivery>>& taken) {
        if (!taken) return refuse_it(taken.error());
        amqp::List messages;
        for (const auto& delivery : *taken) {
          messages.emplace_back(amqp::Map{{"message", amqp::Binary{write_delivery(delivery)}},
                                          {"lock-token", delivery.lock_token}});
        }
        answer(kOk, {{"messages", std::move(messages)}});
      });
}

void enumerate_rules(const Request& request) {
  if (request.subscription == nullptr) {
    return request.refuse({Reason::not_allowed, "Only subscriptions have rules."});
  }
  // Paged by skip: a client asks again until nothing comes.
  const auto& rules = request.subscription->definition.rules;
  const auto skip = !keeps(Behaviour::rules_paged)
                        ? size_t{0}
                        : static_cast<size_t>(std::clamp<int64_t>(request.integer("skip").value_or(0), 0,
                                                                  static_cast<int64_t>(rules.size())));
  const auto top = std::max<int64_t>(request.integer("top").value_or(static_cast<int64_t>(rules.size())), 0);
  amqp::List descriptions;
  for (size_t i = skip; i < rules.size() && descriptions.size() < static_cast<size_t>(top); ++i) {
    descriptions.emplace_back(amqp::Map{{"rule-description", rule_description(rules[i])}});
  }
  if (descriptions.empty()) return request.answer(kNoContent, {});
  request.answer(kOk, {{"rules", std::move(descriptions)}});
}

void add_rule(const Request& request) {
  const auto name = request.text("rule-name");
  const auto* description = request.find("rule-description");
  if (!name) return request.missing("rule-name");
  if (description == nullptr) return request.missing("rule-description");
  auto rule = read_rule(*name, *description);
  if (!rule) return request.refuse({Reason::filter_invalid, rule.error().message});
  request.broker.administer(
      [&](Broker& broker, Moment now, Change& change) {
        return broker.add_rule(request.path, std::move(*rule), now, change);
      },
      request.done());
}

void remove_rule(const Request& request) {
  const auto name = request.text("rule-name");
  if (!name) return request.missing("rule-name");
  request.broker.administer(
      [&](Broker& broker, Moment now, Change& change) {
        return broker.remove_rule(request.path, *name, now, change);
      },
      request.done());
}

void get_message_sessions(const Request& request) {
  const auto ids = request.queue.session_ids();
  const auto whole = static_cast<int64_t>(ids.size());
  const auto asked = keeps(Behaviour::sessions_paged) ? request.integer("skip").value_or(0) : 0;
  const auto skip = std::clamp<int64_t>(asked, 0, whole);
  const auto top = std::clamp<int64_t>(request.integer("top").value_or(whole), 0, kSessionsListedMost);
  amqp::List listed;
  for (auto i = skip; i < whole && i - skip < top; ++i) listed.emplace_back(ids[static_cast<size_t>(i)]);
  if (listed.empty()) return request.answer(kNoContent, {});
  const auto next = static_cast<int32_t>(skip + static_cast<int64_t>(listed.size()));
  request.answer(kOk, {{"skip", next}, {"sessions-ids", std::move(listed)}});
}

void schedule_message(const Request& request) {
  std::vector<Incoming> messages;
  for (const auto& item : request.list("messages")) {
    const auto* encoded = item.find("message");
    const auto* bytes = encoded == nullptr ? nullptr : encoded->get_if<amqp::Binary>();
    if (bytes == nullptr) return request.missing("message");
    auto incoming = read_incoming(bytes->bytes, [&] { return request.broker.new_id(); });
    if (!incoming) return request.refuse({Reason::argument, incoming.error().message});
    messages.push_back(std::move(*incoming));
  }
  if (messages.empty()) return request.missing("messages");
  request.broker.send(
      request.path, std::move(messages),
      [answer = request.answer, refuse_it = request.refuse](const Answer<Broker::Sent>& sent) {
        if (!sent) return refuse_it(sent.error());
        amqp::Array numbers;
        for (const auto sequence : sent->sequences) numbers.items.emplace_back(sequence);
        answer(kOk, {{"sequence-numbers", std::move(numbers)}});
      });
}

void cancel_scheduled_message(const Request& request) {
  const auto sequences = request.sequences();
  if (sequences.empty()) return request.missing("sequence-numbers");
  auto* schedule = request.broker.entities().schedule(request.path);
  if (schedule == nullptr) {
    return request.refuse(
        {Reason::not_allowed, "Messages are scheduled, and cancelled, at the queue or the topic."});
  }
  request.broker.durably(
      [&](Moment, Change& change) { return schedule->cancel_scheduled(sequences, change); }, request.done());
}

struct ManagementOperation {
  std::string_view name;
  void (*run)(const Request&);
  Rights rights = kListen;
};
constexpr std::array<ManagementOperation, 13> kOperations{
    {{"peek-message", peek},
     {"schedule-message", schedule_message, kSend},
     {"cancel-scheduled-message", cancel_scheduled_message, kSend},
     {"renew-lock", renew_lock},
     {"renew-session-lock", renew_session_lock},
     {"get-session-state", get_session_state},
     {"set-session-state", set_session_state},
     {"update-disposition", update_disposition},
     {"receive-by-sequence-number", receive_by_sequence_number},
     {"get-message-sessions", get_message_sessions},
     {"add-rule", add_rule, kManage},
     {"remove-rule", remove_rule, kManage},
     {"enumerate-rules", enumerate_rules, kManage}}};
constexpr std::string_view kPrefix = "com.microsoft:";

amqp::Message make_reply(const amqp::Value& correlation_id, int32_t status, std::string description) {
  amqp::Message reply;
  reply.properties.emplace();
  reply.properties->correlation_id = correlation_id;
  reply.application_properties.emplace_back("statusCode", status);
  reply.application_properties.emplace_back("statusDescription", std::move(description));
  return reply;
}

std::string_view operation_of(const amqp::Message& request) {
  const auto* value = request.application_property("operation");
  const auto* text = value != nullptr ? value->text() : nullptr;
  std::string_view operation = text != nullptr ? std::string_view(*text) : std::string_view{};
  if (operation.starts_with(kPrefix)) operation.remove_prefix(kPrefix.size());
  return operation;
}

amqp::Value id_of(const amqp::Message& request) {
  return request.properties ? request.properties->message_id : amqp::Value();
}

amqp::Message make_refusal(const amqp::Value& id, int32_t status, std::string text, std::string condition) {
  auto message = make_reply(id, status, std::move(text));
  // A symbol: the .NET SDK casts it.
  message.application_properties.emplace_back("errorCondition", amqp::Symbol{std::move(condition)});
  message.value = amqp::Map{};
  return message;
}

}  // namespace

Rights Management::rights_for(const amqp::Message& request) {
  const auto found = std::ranges::find(kOperations, operation_of(request), &ManagementOperation::name);
  return found == kOperations.end() ? kListen : found->rights;
}

amqp::Message Management::refusal(const amqp::Message& request, const Refusal& why) {
  return make_refusal(id_of(request), status_of(why.reason), why.text, std::string(condition_of(why.reason)));
}

amqp::Message Management::refusal(const amqp::Message& request, const amqp::Condition& why) {
  return make_refusal(id_of(request), status_of(why.name), why.description, why.name);
}

void Management::handle(const std::string& path, const amqp::Message& request, const Receivers& receivers,
                        const Reply& reply) {
  const auto answer = [id = id_of(request), reply](int32_t status, amqp::Map body) {
    auto message = make_reply(id, status, status == kNoContent ? "No Content" : "OK");
    message.value = std::move(body);
    reply(std::move(message));
  };
  const auto refuse_it = [id = id_of(request), reply](const Refusal& why) {
    reply(make_refusal(id, status_of(why.reason), why.text, std::string(condition_of(why.reason))));
  };
  auto* queue = broker_.queue(path);
  if (queue == nullptr) queue = broker_.entities().schedule(path);  // a topic's: to schedule, cancel and peek
  if (queue == nullptr) {
    return refuse_it({Reason::not_found, fmt::format("The messaging entity '{}' could not be found.", path)});
  }
  const auto operation = operation_of(request);
  const auto found = std::ranges::find(kOperations, operation, &ManagementOperation::name);
  if (found == kOperations.end()) {
    return refuse_it(
        {Reason::not_implemented, fmt::format("The operation '{}' is not supported.", operation)});
  }
  static const amqp::Value empty = amqp::Map{};
  const auto* link = request.application_property("associated-link-name");
  found->run({path, broker_, *queue, broker_.entities().subscription(path),
              request.value ? *request.value : empty, receivers, link != nullptr ? link->text() : nullptr,
              answer, refuse_it});
}

}  // namespace millrace::bus
