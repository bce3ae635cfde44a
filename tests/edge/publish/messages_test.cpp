#include "edge/publish/messages.hpp"

#include <algorithm>

#include <gtest/gtest.h>

#include "millrace/delivery/v1/delivery.pb.h"
#include "millrace/events/v1/stream.pb.h"
#include "proto/event_types.hpp"

namespace millrace::edge {
namespace {

namespace wire = millrace::delivery::v1;

template <class Message>
Bytes bytes_of(const Message& message) {
  const auto text = message.SerializeAsString();
  return {text.begin(), text.end()};
}

wire::Receipt full_receipt() {
  wire::Receipt receipt;
  receipt.set_stream_id(std::string(16, 's'));
  receipt.set_settled_through(7);
  receipt.set_settled_hash(std::string(32, 'h'));
  receipt.set_base_seen(5);
  auto& parking = *receipt.add_parked();
  parking.set_sequence(6);
  parking.set_event_id(std::string(16, 'e'));
  parking.set_reason("too large");
  parking.set_maybe_delivered(true);
  receipt.set_resend_from(9);
  receipt.set_halted_reason("unknown key");
  return receipt;
}

TEST(Messages, a_receipt_is_read_with_every_field) {
  const auto receipt = decode_receipt(bytes_of(full_receipt())).value();
  EXPECT_EQ(receipt.stream_id.bytes[0], 's');
  EXPECT_EQ(receipt.settled_through, 7U);
  EXPECT_EQ((*receipt.settled_hash)[31], 'h');
  EXPECT_EQ(receipt.base_seen, 5U);
  ASSERT_EQ(receipt.parked.size(), 1U);
  EXPECT_EQ(receipt.parked[0].sequence, 6U);
  EXPECT_EQ(receipt.parked[0].event_id.bytes[15], 'e');
  EXPECT_EQ(receipt.parked[0].reason, "too large");
  EXPECT_TRUE(receipt.parked[0].maybe_delivered);
  EXPECT_EQ(receipt.resend_from, 9U);
  EXPECT_EQ(receipt.halted, "unknown key");
}

TEST(Messages, a_receipt_without_a_hash_is_one_and_a_short_hash_is_none) {
  auto message = full_receipt();
  message.clear_settled_hash();
  EXPECT_FALSE(decode_receipt(bytes_of(message))->settled_hash);
  message.set_settled_hash("short");
  EXPECT_FALSE(decode_receipt(bytes_of(message)));
  message = full_receipt();
  message.clear_stream_id();
  EXPECT_FALSE(decode_receipt(bytes_of(message)));
  message = full_receipt();
  message.mutable_parked(0)->set_event_id("x");
  EXPECT_FALSE(decode_receipt(bytes_of(message)));
  EXPECT_FALSE(decode_receipt(Bytes{0xff, 0xff, 0xff}));
}

TEST(Messages, a_refused_one_writes_nothing_into_the_log_by_itself) {
  wire::RelayState state;
  state.set_sink_reason("reason");
  auto bytes = bytes_of(state);
  *std::ranges::find(bytes, uint8_t{'r'}) = 0xff;  // no longer UTF-8
  ::testing::internal::CaptureStderr();
  EXPECT_FALSE(decode_relay_state(bytes));
  EXPECT_EQ(::testing::internal::GetCapturedStderr(), "");
}

TEST(Messages, topics_and_the_relays_name_in_them) {
  EXPECT_EQ(state_topic("demo", "box-1"), "millrace/v1/demo/box-1/state");
  EXPECT_EQ(receipt_topic("demo", "box-1"), "millrace/v1/demo/box-1/receipt");
  EXPECT_EQ(relay_state_filter("demo"), "millrace/v1/demo/relay/+/state");
  EXPECT_EQ(relay_in_topic("millrace/v1/demo/relay/relay-1/state"), "relay-1");
}

TEST(Messages, a_relay_that_is_online_names_its_instance) {
  wire::RelayState state;
  EXPECT_FALSE(decode_relay_state(bytes_of(state))->online) << "its will";
  state.set_online(true);
  EXPECT_FALSE(decode_relay_state(bytes_of(state)));
  state.set_instance_id("i");
  state.set_sink(wire::SINK_STATE_CONNECTED);
  const auto read = decode_relay_state(bytes_of(state)).value();
  EXPECT_EQ(read.instance, "i");
  EXPECT_TRUE(read.sink_connected);
}

TEST(Messages, the_opening_of_a_stream_names_where_the_old_one_ended) {
  delivery::StreamPosition old;
  old.last_sequence = 41;
  old.stream_id.bytes.fill(1);
  old.last_hash.fill(2);
  delivery::StreamPosition fresh;
  fresh.stream_id.bytes.fill(3);
  const auto event = stream_opening("demo", "box-1", old, fresh, ManualClock().wall());
  EXPECT_NE(proto::find_event_type(event.get("type")), nullptr) << "the relay can route it";
  events::v1::StreamCheckpoint checkpoint;
  ASSERT_TRUE(checkpoint.ParseFromArray(event.data.data(), static_cast<int>(event.data.size())));
  EXPECT_EQ(checkpoint.previous_stream_id(), std::string(16, 1));
  EXPECT_EQ(checkpoint.previous_sequence(), 41U);
  EXPECT_EQ(checkpoint.previous_hash(), std::string(32, 2));
  EXPECT_EQ(event.get("dataschema"), "millrace.events.v1.StreamCheckpoint");
  EXPECT_EQ(event.get("partitionkey"), "stream:" + fresh.stream_id.string());
}

}  // namespace
}  // namespace millrace::edge
