#include "emulator/broker/sql_action.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

#include "emulator/broker/behaviour.hpp"
#include "emulator/broker/sql_convert.hpp"
#include "emulator/broker/sql_parser.hpp"
#include "emulator/broker/text.hpp"

namespace millrace::bus {

struct SqlStatement {
  std::optional<std::string> Incoming::* field = nullptr;  ///< of a system property
  std::string name;                                        ///< of a user property
  bool is_ignored = false;         ///< a system property that counts for nothing in a subscription
  std::unique_ptr<SqlNode> value;  ///< null: REMOVE
};

namespace {

/// Service Bus lets them be set and does not look at them: the message is in the subscription already.
constexpr std::array<std::string_view, 2> kIgnored{"ScheduledEnqueueTimeUtc", "ScheduledEnqueueTime"};

SqlStatement target_of(const SqlParser::Name& name) {
  SqlStatement statement;
  if (!name.is_system) {
    statement.name = name.text;
    return statement;
  }
  statement.is_ignored = std::ranges::any_of(
      kIgnored, [&](std::string_view ignored) { return same_ignoring_case(ignored, name.text); });
  statement.field = find_system_property(name.text);
  if (statement.field == nullptr && !statement.is_ignored) {
    throw SqlWrong{name.column,
                   fmt::format("sys.{} cannot be set or removed: MessageId, CorrelationId, SessionId, Label, "
                               "Subject, ContentType, To, ReplyTo, ReplyToSessionId and PartitionKey can",
                               name.text)};
  }
  return statement;
}

SqlStatement read_statement(SqlParser& parser) {
  if (parser.take_word("SET")) {
    auto statement = target_of(parser.name());
    parser.need_symbol("=");
    statement.value = parser.expression();
    return statement;
  }
  if (!parser.take_word("REMOVE")) parser.expected("SET or REMOVE");
  const auto name = parser.name();
  auto statement = target_of(name);
  if (statement.field == &Incoming::message_id)
    throw SqlWrong{name.column, "sys.MessageId cannot be removed: every message has one"};
  return statement;
}

std::vector<SqlStatement> read_statements(SqlParser& parser) {
  std::vector<SqlStatement> statements;
  do {
    if (statements.size() == kActionStatementsMost && keeps(Behaviour::action_bounds)) {
      throw SqlWrong{parser.peek().column,
                     fmt::format("an action has {} statements at most", kActionStatementsMost)};
    }
    statements.push_back(read_statement(parser));
    parser.take_symbol(";");  // may be left out
  } while (!parser.at_end());
  return statements;
}

/// The name under which the message has the property: names are without case, an exact spelling wins.
std::string known_name(const Properties& properties, const std::string& name) {
  if (properties.contains(name)) return name;
  const auto found = std::ranges::find_if(
      properties, [&](const auto& entry) { return same_ignoring_case(entry.first, name); });
  return found == properties.end() ? name : found->first;
}

void set_field(Incoming& message, std::optional<std::string> Incoming::* field,
               std::optional<std::string> text) {
  // An empty session or partition key is none.
  const bool may_be_empty = field != &Incoming::session_id && field != &Incoming::partition_key;
  if (text && text->empty() && !may_be_empty) text.reset();
  message.*field = std::move(text);
}

}  // namespace

void Edited::set_property(const std::string& name, Value value) {
  properties.insert_or_assign(name, value);
  message.properties.insert_or_assign(name, std::move(value));
}

void Edited::remove_property(const std::string& name) {
  message.properties.erase(name);
  properties.insert_or_assign(name, std::nullopt);
}

Result<SqlAction> SqlAction::parse(std::string_view text) {
  if (const auto length = utf16_units(text);
      length > kActionCharactersMost && keeps(Behaviour::action_bounds)) {
    return fail(ErrorKind::invalid_input, fmt::format("the action is {} characters long; {} are allowed",
                                                      length, kActionCharactersMost));
  }
  auto statements = parse_sql(text, read_statements);
  if (!statements)
    return keeps(Behaviour::sql_syntax) ? std::unexpected(statements.error()) : parse("SET a=1");
  SqlAction action;
  action.text_ = text;
  action.statements_ = std::make_shared<const std::vector<SqlStatement>>(std::move(*statements));
  return action;
}

Edited SqlAction::apply(const Incoming& message) const {
  Edited edited{message, {}};
  edited.message.encoded.clear();
  for (const auto& statement : *statements_) {
    if (statement.is_ignored) continue;
    auto value = statement.value != nullptr ? evaluate(*statement.value, edited.message) : Value{};
    if (statement.field != nullptr) {
      set_field(edited.message, statement.field, text_of(value));
      continue;
    }
    const auto name = known_name(edited.message.properties, statement.name);
    if (statement.value == nullptr) {
      edited.remove_property(name);
      continue;
    }
    const auto before = edited.message.properties.find(name);
    if (before != edited.message.properties.end()) value = as_type_of(before->second, std::move(value));
    edited.set_property(name, std::move(value));
  }
  return edited;
}

}  // namespace millrace::bus
