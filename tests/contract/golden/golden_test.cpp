// The committed golden files are what this code makes, and they leave nothing out.
// MILLRACE_UPDATE_GOLDEN=1 writes them anew: only for a change of the contract that is meant.
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <set>

#include <gmock/gmock.h>
#include <google/protobuf/descriptor.h>
#include <google/protobuf/util/message_differencer.h>
#include <gtest/gtest.h>

#include "core/base/files.hpp"
#include "millrace/events/v1/test.pb.h"
#include "proto/amqp_mapping.hpp"
#include "proto/event_types.hpp"
#include "proto/mqtt_mapping.hpp"
#include "tests/contract/golden/fill.hpp"
#include "tests/contract/golden/golden.hpp"

namespace millrace::golden {
namespace {

namespace fs = std::filesystem;
using google::protobuf::Message;

constexpr size_t kMostFileBytes = size_t{1024} * 1024;

fs::path folder() {
  return fs::path(MILLRACE_SOURCE_DIR) / "tests/contract/golden/files";
}

void update(const std::map<std::string, std::string>& files) {
  fs::remove_all(folder());
  fs::create_directories(folder());
  for (const auto& [name, content] : files) std::ofstream(folder() / name, std::ios::binary) << content;
}

TEST(Golden, the_committed_files_are_what_this_code_makes_byte_for_byte) {
  const auto files = golden_files(make_golden());
  if (std::getenv("MILLRACE_UPDATE_GOLDEN") != nullptr) update(files);
  std::set<std::string> committed;
  for (const auto& entry : fs::directory_iterator(folder())) committed.insert(entry.path().filename());
  for (const auto& [name, content] : files) {
    const auto stored = read_file(folder() / name, kMostFileBytes);
    ASSERT_TRUE(stored) << stored.error().message;
    EXPECT_TRUE(*stored == content) << name << " differs";
    committed.erase(name);
  }
  EXPECT_THAT(committed, testing::IsEmpty()) << "files that nothing makes";
}

TEST(Golden, every_message_has_every_field_filled) {
  const auto golden = make_golden();
  for (const auto& event : golden.events) {
    EXPECT_THAT(fields_left_out(*event.message), testing::IsEmpty()) << event.message->GetTypeName();
  }
  for (const auto& message : golden.messages) {
    EXPECT_THAT(fields_left_out(*message), testing::IsEmpty()) << message->GetTypeName();
  }
}

TEST(Golden, a_field_that_is_left_out_is_named) {
  events::v1::TestCompleted message;
  Filler().fill(message);
  message.mutable_witness_signature()->clear_meaning();
  message.mutable_items(1)->set_critical(false);
  for (auto& item : *message.mutable_items()) item.mutable_response()->clear_truth();
  EXPECT_THAT(fields_left_out(message),
              testing::UnorderedElementsAre("TestCompleted.items[1].critical",
                                            "TestCompleted.witness_signature.meaning",
                                            "millrace.events.v1.Response.truth"));
}

TEST(Golden, every_type_of_event_and_every_top_message_of_the_protos_is_there) {
  const auto golden = make_golden();
  std::set<std::string> present;
  std::set<std::string> types;
  for (const auto& event : golden.events) {
    present.insert(event.message->GetTypeName());
    types.emplace(event.event.get(delivery::attr::type));
    EXPECT_EQ(proto::find_event_type(event.event.get(delivery::attr::type))->schema,
              event.message->GetTypeName());
  }
  for (const auto& type : proto::event_types()) {
    EXPECT_TRUE(types.contains(std::string(type.type))) << type.type;
  }
  for (const auto& message : golden.messages) present.insert(message->GetTypeName());
  // Whatever has a header travels as an event; EdgeState, Receipt and RelayState have a topic of their own.
  std::set<const google::protobuf::FileDescriptor*> files;
  for (const auto& event : golden.events) files.insert(event.message->GetDescriptor()->file());
  for (const auto* file : files) {
    for (int i = 0; i < file->message_type_count(); ++i) {
      const auto* type = file->message_type(i);
      if (type->FindFieldByName("h") != nullptr) {
        EXPECT_TRUE(present.contains(type->full_name())) << type->full_name();
      }
    }
  }
}

TEST(Golden, the_stored_bytes_parse_back_to_the_same_message) {
  for (const auto& event : make_golden().events) {
    const auto stored =
        read_file(folder() / (event.message->GetDescriptor()->name() + ".bin"), kMostFileBytes);
    ASSERT_TRUE(stored) << stored.error().message;
    const std::unique_ptr<Message> parsed(event.message->New());
    ASSERT_TRUE(parsed->ParseFromString(*stored));
    EXPECT_TRUE(google::protobuf::util::MessageDifferencer::Equals(*parsed, *event.message));
  }
}

TEST(Golden, evidence_holds_after_both_mappings_and_there_and_back) {
  const auto golden = make_golden();
  for (const auto& one : golden.events) {
    const auto amqp = proto::to_amqp(one.event);
    ASSERT_TRUE(amqp) << amqp.error().message;
    const auto from_bus = proto::from_amqp(*amqp);
    ASSERT_TRUE(from_bus) << from_bus.error().message;
    EXPECT_EQ(from_bus->attributes, one.event.attributes);
    EXPECT_EQ(from_bus->data, one.event.data);
    if (one.maker == Maker::relay) continue;
    const auto evidence = delivery::read_evidence(*from_bus);
    ASSERT_TRUE(evidence) << evidence.error().message;
    EXPECT_TRUE(delivery::signature_holds(*evidence, golden_key(one.maker).public_key()));
    if (one.maker == Maker::centre) continue;
    const auto mqtt = proto::to_mqtt(one.event, kSite, kEdge, 3);
    ASSERT_TRUE(mqtt) << mqtt.error().message;
    const auto from_broker = proto::from_mqtt(*mqtt);
    ASSERT_TRUE(from_broker) << from_broker.error().message;
    EXPECT_EQ(from_broker->event.attributes, one.event.attributes);
    EXPECT_EQ(from_broker->event.data, one.event.data);
    EXPECT_EQ(from_broker->base, 3U);
  }
}

}  // namespace
}  // namespace millrace::golden
