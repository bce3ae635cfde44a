#include "cli/event_json.hpp"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/dynamic_message.h>
#include <google/protobuf/util/json_util.h>

#include <fmt/format.h>
#include <boost/json.hpp>

namespace millrace::cli {

namespace bj = boost::json;

namespace {

constexpr auto kData = "data_base64";

}  // namespace

std::string to_json(const delivery::Event& event) {
  bj::object object;
  for (const auto& [name, value] : event.attributes) object[name] = value;
  object[kData] = base64(event.data);
  return bj::serialize(object);
}

Result<delivery::Event> from_json(std::string_view line) {
  if (line.size() > kMostLineBytes)
    return fail(ErrorKind::invalid_input, fmt::format("the line has more than {} bytes", kMostLineBytes));
  boost::system::error_code wrong;
  const auto value = bj::parse(line, wrong);
  if (wrong) return fail(ErrorKind::invalid_input, fmt::format("it is not JSON: {}", wrong.message()));
  if (!value.is_object()) return fail(ErrorKind::invalid_input, "it is not a JSON object");
  delivery::Event event;
  for (const auto& [name, member] : value.get_object()) {
    if (name == kData) {
      if (!member.is_string()) return fail(ErrorKind::invalid_input, "data_base64 is not a text");
      auto data = from_base64(std::string_view(member.get_string()));
      if (!data) return fail(ErrorKind::invalid_input, "data_base64 is not base64");
      event.data = std::move(*data);
    } else if (member.is_string()) {
      event.attributes[std::string(name)] = std::string(member.get_string());
    } else if (member.is_primitive() && !member.is_null()) {
      event.attributes[std::string(name)] = bj::serialize(member);
    }
  }
  return event;
}

std::string describe_data(const delivery::Event& event) {
  namespace pb = google::protobuf;
  const auto* type = pb::DescriptorPool::generated_pool()->FindMessageTypeByName(
      std::string(event.get(delivery::attr::dataschema)));
  if (type == nullptr) return {};
  pb::DynamicMessageFactory factory;
  const std::unique_ptr<pb::Message> message(factory.GetPrototype(type)->New());
  if (!message->ParseFromArray(event.data.data(), static_cast<int>(event.data.size()))) return {};
  pb::util::JsonPrintOptions options;
  options.add_whitespace = true;
  std::string text;
  return pb::util::MessageToJsonString(*message, &text, options).ok() ? text : std::string();
}

}  // namespace millrace::cli
