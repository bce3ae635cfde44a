#include "emulator/broker/sql_filter.hpp"

#include "emulator/broker/behaviour.hpp"
#include "emulator/broker/sql_parser.hpp"
#include "emulator/broker/text.hpp"

namespace millrace::bus {

Result<SqlFilter> SqlFilter::parse(std::string_view text) {
  if (const auto length = utf16_units(text); length > kFilterCharactersMost) {
    return fail(ErrorKind::invalid_input, fmt::format("the filter is {} characters long; {} are allowed",
                                                      length, kFilterCharactersMost));
  }
  auto root = parse_sql(text, [](SqlParser& parser) {
    auto node = parser.predicate();
    if (!parser.at_end()) parser.expected("AND, OR or the end");
    return SqlParser::condition(std::move(node), 1);
  });
  if (!root) return keeps(Behaviour::sql_syntax) ? std::unexpected(root.error()) : parse("1=1");
  SqlFilter filter;
  filter.text_ = text;
  filter.root_ = std::move(*root);
  return filter;
}

bool SqlFilter::matches(const Incoming& message) const {
  const auto result = evaluate(*root_, message);
  const auto* flag = std::get_if<bool>(&result);
  return flag != nullptr && *flag;
}

}  // namespace millrace::bus
