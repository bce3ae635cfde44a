#include "tests/contract/golden/golden.hpp"

#include <stdexcept>

#include <fmt/format.h>

#include <google/protobuf/descriptor.h>

#include "millrace/commands/v1/commands.pb.h"
#include "millrace/delivery/v1/delivery.pb.h"
#include "millrace/events/v1/certification.pb.h"
#include "millrace/events/v1/matrix.pb.h"
#include "millrace/events/v1/notification.pb.h"
#include "millrace/events/v1/request.pb.h"
#include "millrace/events/v1/sla.pb.h"
#include "millrace/events/v1/stream.pb.h"
#include "millrace/events/v1/test.pb.h"
#include "millrace/events/v1/training.pb.h"
#include "millrace/events/v1/workflow.pb.h"
#include "proto/amqp_mapping.hpp"
#include "proto/event_types.hpp"
#include "proto/mqtt_mapping.hpp"
#include "tests/contract/golden/fill.hpp"
#include "tests/contract/golden/message_json.hpp"

namespace millrace::golden {
namespace {

using delivery::Event;
using google::protobuf::Message;
namespace attr = delivery::attr;
namespace commands = millrace::commands::v1;
namespace events = millrace::events::v1;
namespace protocol = millrace::delivery::v1;

struct Case {
  const Message& prototype;
  Maker maker;
  std::string_view type;
  std::string_view subject;  ///< the field that the subject is taken from
  std::string_view key;      ///< the field that the partition key is taken from
};

const std::vector<Case>& cases() {
  static const std::vector<Case> all{
      {events::RequestCreated::default_instance(), Maker::box, "millrace.request.created.v1", "request_id",
       "request_id"},
      {events::RequestOnBehalfCreated::default_instance(), Maker::box, "millrace.request.createdonbehalf.v1",
       "request_id", "request_id"},
      {events::TestCompleted::default_instance(), Maker::box, "millrace.test.completed.v1", "attempt_id",
       "operator_id"},
      {events::StreamCheckpoint::default_instance(), Maker::box, "millrace.stream.checkpoint.v1", "stream_id",
       "stream_id"},
      {commands::DecideWorkflowStep::default_instance(), Maker::box, "millrace.command.decideworkflowstep.v1",
       "workflow_id", "request_id"},
      {commands::VoidAttempt::default_instance(), Maker::box, "millrace.command.voidattempt.v1", "attempt_id",
       "operator_id"},
      {events::WorkflowStarted::default_instance(), Maker::centre, "millrace.workflow.started.v1",
       "workflow_id", "request_id"},
      {events::WorkflowApproved::default_instance(), Maker::centre, "millrace.workflow.approved.v1",
       "workflow_id", "request_id"},
      {events::TrainingScheduled::default_instance(), Maker::centre, "millrace.training.scheduled.v1",
       "training_id", "training_id"},
      {events::TestAssigned::default_instance(), Maker::centre, "millrace.test.assigned.v1", "assignment_id",
       "operator_id"},
      {events::OperatorCertified::default_instance(), Maker::centre, "millrace.operator.certified.v1",
       "certification_id", "operator_id"},
      {events::VersatilityMatrixUpdated::default_instance(), Maker::centre, "millrace.matrix.updated.v1",
       "matrix_id", "matrix_id"},
      {events::SLABreached::default_instance(), Maker::centre, "millrace.sla.breached.v1", "breach_id",
       "subject_id"},
      {events::NotificationSent::default_instance(), Maker::centre, "millrace.notification.sent.v1",
       "notification_id", "recipient_id"},
      {events::EventReceived::default_instance(), Maker::centre, "millrace.event.received.v1", "event_id",
       "event_id"},
      {events::EventWithheld::default_instance(), Maker::relay, "millrace.event.withheld.v1", "event_id",
       "event_id"},
  };
  return all;
}

std::vector<const Message*> protocol_messages() {
  return {&protocol::EdgeState::default_instance(), &protocol::Receipt::default_instance(),
          &protocol::RelayState::default_instance()};
}

std::string_view name_of(Maker maker) {
  switch (maker) {
    case Maker::box:
      return "box";
    case Maker::centre:
      return "centre";
    case Maker::relay:
      return "relay";
  }
  return "";
}

std::string_view source_of(Maker maker) {
  switch (maker) {
    case Maker::box:
      return "/sites/demo/edges/box-1";
    case Maker::centre:
      return "/central/training";
    case Maker::relay:
      return "/relays/relay-1";
  }
  return "";
}

/// A version 7 id that depends on nothing but its number.
Uuid numbered_id(uint8_t number) {
  std::array<uint8_t, 10> random{};
  random.fill(number);
  return Uuid::v7(WallTime(Millis{1'767'592'800'000 + number}), random);
}

Uuid stream_of(Maker maker) {
  return numbered_id(maker == Maker::box ? 0xb0 : 0xc0);
}

/// The text of the first field of that name, at any depth; ids that are bytes as a UUID.
std::string find_text(const Message& message, std::string_view name) {
  const auto& reflection = *message.GetReflection();
  for (int i = 0; i < message.GetDescriptor()->field_count(); ++i) {
    const auto& field = *message.GetDescriptor()->field(i);
    if (field.is_repeated()) continue;
    if (field.name() == name) {
      auto text = reflection.GetString(message, &field);
      if (field.type() != google::protobuf::FieldDescriptor::TYPE_BYTES) return text;
      Uuid id;
      std::copy_n(text.begin(), id.bytes.size(), id.bytes.begin());
      return id.string();
    }
    if (field.message_type() == nullptr) continue;
    if (auto text = find_text(reflection.GetMessage(message, &field), name); !text.empty()) return text;
  }
  return {};
}

template <class T>
T must(Result<T> result) {
  if (!result) throw std::logic_error(result.error().message);
  return std::move(*result);
}

/// Everything but the evidence. `number` counts the events from 1.
Event envelope(const Case& one, const Message& message, uint8_t number) {
  const auto& type = *proto::find_event_type(one.type);
  const auto happened = WallTime(Millis{1'767'592'800'000 + 1'000 * int64_t{number}});
  const auto id = numbered_id(number).string();
  const auto key = find_text(message, one.key);
  Event event;
  const auto set = [&](std::string_view name, std::string value) {
    event.attributes[std::string(name)] = std::move(value);
  };
  set(attr::specversion, "1.0");
  set(attr::id, one.maker == Maker::relay ? id + "/withheld" : id);
  set(attr::source, std::string(source_of(one.maker)));
  set(attr::type, std::string(one.type));
  set(attr::subject, find_text(message, one.subject));
  set(attr::time, rfc3339(happened));
  set(attr::datacontenttype, "application/protobuf");
  set(attr::dataschema, message.GetTypeName());
  // Where the type has no prefix of its own, the key is that of what the event is about.
  set(attr::partitionkey,
      type.partition_prefix.empty() ? "request:" + key : must(proto::partition_key(type, key)));
  set(attr::causationid, numbered_id(0x80 | number).string());
  set(attr::correlationid, fmt::format("shift-{} ä", number));
  set(attr::traceparent, fmt::format("00-{:032x}-{:016x}-01", 0xabc000 + number, 0xdef000 + number));
  event.data.resize(message.ByteSizeLong());
  message.SerializeToArray(event.data.data(), static_cast<int>(event.data.size()));
  return event;
}

/// One stream that is being made.
struct Tail {
  uint64_t sequence = 0;
  delivery::Hash hash = delivery::kFirstPrevHash;
};

void chain_and_sign(Event& event, Maker maker, Tail& tail) {
  static constexpr std::array kStates{ClockState::synced, ClockState::holdover, ClockState::untrusted};
  const auto set = [&](std::string_view name, std::string value) {
    event.attributes[std::string(name)] = std::move(value);
  };
  const auto sequence = ++tail.sequence;
  const auto happened = must(parse_rfc3339(event.get(attr::time)));
  set(attr::streamid, stream_of(maker).string());
  set(attr::sequence, delivery::sequence_text(sequence));
  set(attr::recordedtime, rfc3339(happened + Millis{250}));
  set(attr::clockstate, std::string(to_string(kStates[sequence % kStates.size()])));
  if (sequence > 1)
    set(attr::replayof, fmt::format("{}/{}", stream_of(maker).string(), delivery::sequence_text(1)));
  const auto attributes = must(delivery::attribute_bytes(event.attributes));
  const auto hash = delivery::chain_hash(tail.hash, {.stream_id = stream_of(maker),
                                                     .sequence = sequence,
                                                     .event_id = must(Uuid::parse(event.get(attr::id))),
                                                     .attribute_bytes = attributes,
                                                     .data = event.data});
  const auto key = golden_key(maker);
  set(attr::prevhash, base64url(tail.hash));
  set(attr::signature, base64url(key.sign(hash)));
  set(attr::keyid, key.key_id());
  tail.hash = hash;
}

void write_stream(JsonText& json, Maker maker) {
  const auto key = golden_key(maker);
  json.key(name_of(maker)).open('{');
  json.pair("stream_id", stream_of(maker).string());
  json.pair("key_id", key.key_id()).pair("public_key", base64url(key.public_key()));
  json.close();
}

void write_evidence(JsonText& json, const Event& event) {
  const auto evidence = must(delivery::read_evidence(event));
  const auto attributes = must(delivery::attribute_bytes(event.attributes));
  json.key("evidence").open('{');
  json.pair("attribute_bytes", hex(attributes));
  json.pair("attribute_sha256", hex(sha256(attributes))).pair("data_sha256", hex(sha256(event.data)));
  json.pair("prevhash", hex(evidence.prevhash)).pair("hash", hex(evidence.hash));
  json.pair("signature", hex(evidence.signature));
  json.close();
}

void write_mqtt(JsonText& json, const Event& event, uint64_t base) {
  const auto mqtt = must(proto::to_mqtt(event, kSite, kEdge, base));
  json.key("mqtt").open('{').pair("topic", mqtt.topic).pair("content_type", mqtt.content_type);
  json.key("user_properties").open('[');
  for (const auto& [name, value] : mqtt.user_properties) json.open('[').text(name).text(value).close();
  json.close().close();
}

void write_amqp(JsonText& json, const Event& event) {
  const auto amqp = must(proto::to_amqp(event));
  json.key("amqp").open('{');
  json.pair("message_id", amqp.message_id).pair("group_id", amqp.group_id).pair("subject", amqp.subject);
  json.pair("correlation_id", amqp.correlation_id).pair("content_type", amqp.content_type);
  json.key("application_properties").open('{');
  for (const auto& [name, value] : amqp.application_properties) json.pair(name, value);
  json.close().close();
}

void write_event(JsonText& json, const GoldenEvent& golden) {
  json.open('{').pair("file", golden.message->GetDescriptor()->name() + ".bin");
  json.pair("schema", golden.message->GetTypeName()).pair("made_by", name_of(golden.maker));
  json.key("fields");
  write_fields(json, *golden.message);
  json.key("attributes").open('{');
  for (const auto& [name, value] : golden.event.attributes) json.pair(name, value);
  json.close();
  if (golden.maker != Maker::relay) write_evidence(json, golden.event);
  if (golden.maker == Maker::box)
    write_mqtt(json, golden.event, must(delivery::parse_sequence(golden.event.get(attr::sequence))));
  write_amqp(json, golden.event);
  json.close();
}

}  // namespace

SigningKey golden_key(Maker maker) {
  std::array<uint8_t, 32> seed{};
  seed.fill(maker == Maker::box ? 0x0b : 0x0c);
  return SigningKey::from_seed(seed);
}

Golden make_golden() {
  Golden golden;
  std::map<Maker, Tail> tails;
  uint8_t number = 0;
  for (const auto& one : cases()) {
    std::unique_ptr<Message> message(one.prototype.New());
    Filler().fill(*message);
    auto event = envelope(one, *message, ++number);
    if (one.maker != Maker::relay) chain_and_sign(event, one.maker, tails[one.maker]);
    golden.events.push_back({one.maker, std::move(message), std::move(event)});
  }
  for (const auto* prototype : protocol_messages()) {
    auto& message = golden.messages.emplace_back(prototype->New());
    Filler().fill(*message);
  }
  return golden;
}

std::map<std::string, std::string> golden_files(const Golden& golden) {
  std::map<std::string, std::string> files;
  JsonText json;
  json.open('{').pair("format", "millrace-golden/1");
  json.key("streams").open('{');
  write_stream(json, Maker::box);
  write_stream(json, Maker::centre);
  json.close();
  json.key("events").open('[');
  for (const auto& event : golden.events) {
    write_event(json, event);
    files[event.message->GetDescriptor()->name() + ".bin"] = as_text(event.event.data);
  }
  json.close().key("messages").open('[');
  for (const auto& message : golden.messages) {
    const auto file = message->GetDescriptor()->name() + ".bin";
    json.open('{').pair("file", file).pair("schema", message->GetTypeName()).key("fields");
    write_fields(json, *message);
    json.close();
    files[file] = message->SerializeAsString();
  }
  json.close().close();
  files["manifest.json"] = std::move(json).take();
  return files;
}

}  // namespace millrace::golden
