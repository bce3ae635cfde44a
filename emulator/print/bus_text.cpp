#include "emulator/print/bus_text.hpp"

#include <array>
#include <variant>

#include <fmt/format.h>

#include "emulator/broker/text.hpp"

namespace millrace::bus {
namespace {

constexpr size_t kValueCharactersMost = 60;

struct ValueText {
  std::string operator()(std::monostate) const { return "-"; }
  std::string operator()(bool flag) const { return flag ? "true" : "false"; }
  std::string operator()(int64_t number) const { return std::to_string(number); }
  std::string operator()(double number) const { return fmt::format("{}", number); }
  std::string operator()(WallTime time) const { return rfc3339(time); }
  std::string operator()(const std::string& text) const {
    std::string shown;
    size_t characters = 0;
    for (size_t at = 0, next = 0; at < text.size(); at = next) {
      if (characters++ == kValueCharactersMost) {
        shown += "…";
        break;
      }
      next = next_character(text, at);
      const auto c = static_cast<unsigned char>(text[at]);
      shown += c < ' ' || c == '"' ? "?" : text.substr(at, next - at);
    }
    return shown.contains(' ') ? fmt::format("\"{}\"", shown) : shown;
  }
};

std::string shown(const Value& value) {
  return std::visit(ValueText{}, value);
}

constexpr std::array<std::string_view, 3> kStates{"waiting", "deferred", "scheduled"};

std::string message_line(const Queue::MessageView& view, const Broker::ReadAgain& read_again) {
  const auto& message = *view.message;
  auto incoming = read_again(message.payload->encoded);
  for (const auto& [name, value] : message.changed) incoming.properties.insert_or_assign(name, value);
  auto line = fmt::format("    {:>6}  {}", message.sequence, kStates.at(static_cast<size_t>(message.state)));
  const auto add = [&](std::string_view name, const Value& value) {
    line += fmt::format("  {}={}", name, shown(value));
  };
  if (view.locked_until) add("locked until", *view.locked_until);
  if (message.state == MessageState::scheduled) add("due", *message.scheduled);
  if (incoming.message_id) add("id", *incoming.message_id);
  if (!message.session_id.empty()) add("session", message.session_id);
  if (incoming.subject) add("subject", *incoming.subject);
  if (incoming.correlation_id) add("correlation", *incoming.correlation_id);
  add("enqueued", message.enqueued);
  if (message.delivery_count > 0) add("deliveries", int64_t{message.delivery_count});
  if (message.expires) add("expires", *message.expires);
  for (const auto& [name, value] : incoming.properties) add(name, value);
  line += fmt::format("  {} bytes\n", message.payload->encoded.size());
  return line;
}

std::string queue_text(std::string_view kind, const Queue& queue, EntityStatus status,
                       const Broker::ReadAgain& read_again) {
  std::string text = fmt::format("{} {}  {} messages, {} locked, {} scheduled", kind, queue.path(),
                                 queue.size(), queue.locked(), queue.in_state(MessageState::scheduled));
  if (status != EntityStatus::active) text += fmt::format("  {}", name_of(status));
  text += '\n';
  for (const auto& session : queue.view_sessions()) {
    text += fmt::format("    session {}  {} messages", shown(session.id), session.messages);
    if (session.locked_until) text += fmt::format("  locked until={}", rfc3339(*session.locked_until));
    text += session.has_state ? "  has a state\n" : "\n";
  }
  for (const auto& view : queue.view(kMessagesShownMost)) text += message_line(view, read_again);
  if (queue.size() > kMessagesShownMost)
    text += fmt::format("    … and {} more\n", queue.size() - kMessagesShownMost);
  return text;
}

}  // namespace

std::string bus_text(const Broker& broker, const Broker::ReadAgain& read_again) {
  std::string text;
  const auto add = [&](std::string_view kind, const Queue& queue, EntityStatus status) {
    if (text.size() > kTextBytesMost) return;
    text += queue_text(kind, queue, status, read_again);
    if (const auto* dead = queue.dead_letters(); dead != nullptr && dead->size() > 0)
      text += queue_text("  dead letters", *dead, EntityStatus::active, read_again);
  };
  for (const auto* queue : broker.queue_definitions())
    add("queue", *broker.queue(queue->name), queue->info.status);
  for (const auto* topic : broker.topic_definitions()) {
    add("topic", *broker.schedule(topic->name), topic->info.status);
    for (const auto* one : broker.subscriptions(topic->name))
      add("  subscription", *one->queue, one->definition.info.status);
  }
  if (text.size() > kTextBytesMost) text += "… there is more than can be shown\n";
  return text;
}

}  // namespace millrace::bus
