// What the subscriptions of a topic get of a message.
#include <memory>
#include <utility>

#include "emulator/broker/behaviour.hpp"
#include "emulator/broker/target.hpp"

namespace millrace::bus {

void Broker::copy(const Target& topic, const Subscription& subscription, const Incoming& incoming,
                  const Message& message, Change& change) {
  const auto& rules = subscription.definition.rules;
  if (!keeps(Behaviour::rules) || any_matches(rules, incoming))
    put_copy(topic, *subscription.queue, message, change);
  for (const auto& rule : rules) {
    if (!keeps(Behaviour::one_copy) && &rule != &rules.front() && !rule.makes_copy() &&
        rule.matches(incoming))
      put_copy(topic, *subscription.queue, message, change);
    if (!rule.makes_copy() || !rule.matches(incoming)) continue;
    auto edited = edit(rule, incoming, message);
    // Room was asked for copies as large as what was sent: an action may have made this one larger.
    if (edited && subscription.queue->has_room(edited->payload->encoded.size()))
      put_copy(topic, *subscription.queue, std::move(*edited), change);
  }
}

std::optional<Message> Broker::edit(const Rule& rule, const Incoming& incoming, const Message& message) {
  auto edited = keeps(Behaviour::action_statements) ? rule.action->apply(incoming) : Edited{incoming, {}};
  if (keeps(Behaviour::rule_name)) edited.set_property(std::string(kRuleNameProperty), rule.name);
  // The service discards what its action fails on. So does this: a copy has an id, as every message does, and
  // is within the bounds of one that was sent.
  const auto& now = edited.message;
  const bool lost_its_id = now.message_id != incoming.message_id && now.message_id.value_or("").empty();
  if (lost_its_id || !check_ids(now)) return {};
  auto payload = std::make_shared<Payload>();
  payload->encoded = rewrite_(message.payload->encoded, edited);
  if (payload->encoded.size() > kMessageBytesMost) return {};
  payload->id = next_payload_++;
  payload->partition_key = now.partition_key;
  auto copy = message;
  copy.payload = std::move(payload);
  copy.session_id = now.session_id.value_or("");
  return copy;
}

void Broker::put_copy(const Target& topic, Queue& queue, Message copy, Change& change) {
  begin_life(topic, queue, copy);
  if (keeps(Behaviour::null_session) && queue.settings().requires_session && copy.session_id.empty()) {
    queue.put_dead_letter(std::move(copy), "Session ID is null.", change);
  } else {
    queue.put(std::move(copy), change);
  }
}

}  // namespace millrace::bus
