#include "core/amqp/frame_scan.hpp"

#include "core/amqp/message.hpp"

namespace millrace::amqp {
namespace {

constexpr uint8_t kAmqpFrame = 0;
constexpr uint8_t kSaslFrame = 1;

Bytes frame(uint16_t channel, uint64_t performative, List fields, size_t payload = 0,
            uint8_t type = kAmqpFrame) {
  Bytes body;
  encode(described(performative, std::move(fields)), body);
  body.insert(body.end(), payload, 0x55);
  Bytes out;
  const auto size = static_cast<uint32_t>(8 + body.size());
  for (int shift = 24; shift >= 0; shift -= 8) out.push_back(static_cast<uint8_t>(size >> shift));
  out.insert(out.end(), {2, type, static_cast<uint8_t>(channel >> 8), static_cast<uint8_t>(channel)});
  out.insert(out.end(), body.begin(), body.end());
  return out;
}
Bytes attach(uint16_t channel, uint32_t handle, const std::string& name, bool receiver = false) {
  return frame(channel, 0x12, {name, handle, receiver});
}
Bytes transfer(uint16_t channel, uint32_t handle, uint32_t format, bool more, size_t payload) {
  return frame(channel, 0x14, {handle, uint32_t{0}, Binary{Bytes{1}}, format, false, more}, payload);
}

class FrameScanTest : public testing::TestWithParam<size_t> {};

/// The stream is cut into pieces of every size, as a network does.
TEST_P(FrameScanTest, formats_are_found_however_the_stream_is_cut) {
  Bytes stream;
  const auto add = [&](const Bytes& bytes) { stream.insert(stream.end(), bytes.begin(), bytes.end()); };
  const std::string protocol_header("AMQP\x03\x01\x00\x00", 8);
  add(Bytes(protocol_header.begin(), protocol_header.end()));
  add(attach(0, 0, "a"));
  add(attach(1, 0, "b-with-a-long-name-" + std::string(300, 'n')));
  add(attach(1, 1, "receiver", true));
  add(transfer(0, 0, 0, false, 100));
  add(transfer(1, 0, kBatchFormat, true, 5000));
  add(frame(1, 0x14, {uint32_t{0}, Value(), Value(), Value(), false, false}, 3000));
  add(transfer(0, 0, kBatchFormat, false, 0));
  add(transfer(1, 0, 0, false, 10));
  FrameScan scan;
  for (size_t at = 0; at < stream.size(); at += GetParam()) {
    scan.feed(BytesView(stream).subspan(at, std::min(GetParam(), stream.size() - at)));
  }
  const auto b = "b-with-a-long-name-" + std::string(300, 'n');
  EXPECT_EQ(scan.take("a"), 0U);
  EXPECT_EQ(scan.take("a"), kBatchFormat);
  EXPECT_EQ(scan.take(b), kBatchFormat);
  EXPECT_EQ(scan.take(b), 0U);
  EXPECT_EQ(scan.take("receiver"), 0U);
}
INSTANTIATE_TEST_SUITE_P(Pieces, FrameScanTest, testing::Values(1, 2, 7, 8, 9, 64, 1000, 100000));

TEST(FrameScan, an_aborted_delivery_ends_where_it_was_aborted) {
  FrameScan scan;
  scan.feed(attach(0, 0, "a"));
  scan.feed(transfer(0, 0, kBatchFormat, true, 10));
  scan.feed(frame(0, 0x14,
                  {uint32_t{0}, Value(), Value(), Value(), Value(), true, Value(), Value(), Value(), true}));
  scan.feed(transfer(0, 0, 0, false, 10));
  EXPECT_EQ(scan.take("a"), kBatchFormat);
  EXPECT_EQ(scan.untaken(), 1U);
  EXPECT_EQ(scan.take("a"), 0U);
  EXPECT_EQ(scan.untaken(), 0U);
}

TEST(FrameScan, the_payload_is_never_read_as_fields) {
  FrameScan scan;
  scan.feed(attach(0, 0, "a"));
  // Three fields; then a payload that would read as: format 5, settled true, more true.
  auto cut = frame(0, 0x14, {uint32_t{0}, uint32_t{0}, Binary{Bytes{1}}});
  const Bytes payload{0x52, 5, 0x41, 0x41};
  cut.insert(cut.end(), payload.begin(), payload.end());
  cut[3] = static_cast<uint8_t>(cut.size());
  scan.feed(cut);
  scan.feed(transfer(0, 0, kBatchFormat, false, 0));
  EXPECT_EQ(scan.take("a"), 0U);
  EXPECT_EQ(scan.take("a"), kBatchFormat);
}

TEST(FrameScan, a_link_that_ended_leaves_nothing_behind) {
  FrameScan scan;
  scan.feed(attach(0, 0, "a"));
  scan.feed(transfer(0, 0, kBatchFormat, false, 0));
  scan.feed(frame(0, 0x16, {uint32_t{0}, true}));
  // The engine has not seen the delivery yet.
  EXPECT_EQ(scan.untaken(), 1U);
  scan.forget("a");
  EXPECT_EQ(scan.untaken(), 0U);
  scan.feed(transfer(0, 0, kBatchFormat, false, 0));
  EXPECT_EQ(scan.untaken(), 0U);
}

TEST(FrameScan, a_peer_that_says_twice_who_it_is_is_noticed) {
  const auto init = frame(0, 0x41, {Symbol{"PLAIN"}, Binary{Bytes{0, 'a'}}, "host"}, 0, kSaslFrame);
  FrameScan scan;
  scan.feed(init);
  EXPECT_FALSE(scan.initialised_twice());
  // Other frames of either layer say nothing of the kind, whatever their code.
  scan.feed(frame(0, 0x43, {Binary{Bytes{1}}}, 0, kSaslFrame));
  scan.feed(frame(0, 0x41, {}));
  EXPECT_FALSE(scan.initialised_twice());
  scan.feed(BytesView(init).first(20));
  EXPECT_FALSE(scan.initialised_twice());
  scan.feed(BytesView(init).subspan(20));
  EXPECT_TRUE(scan.initialised_twice());
}

/// A transfer with these first fields on the link of handle 0.
bool is_refused_after(const std::vector<List>& transfers) {
  FrameScan scan;
  scan.feed(attach(0, 0, "a"));
  for (const auto& fields : transfers) scan.feed(frame(0, 0x14, fields, 10));
  return scan.lacks_delivery_id();
}

TEST(FrameScan, the_first_transfer_of_a_delivery_needs_its_id) {
  const List whole{uint32_t{0}, uint32_t{0}, Binary{Bytes{1}}, uint32_t{0}, false, false};
  const List begins{uint32_t{0}, uint32_t{0}, Binary{Bytes{1}}, uint32_t{0}, false, true};
  const List goes_on{uint32_t{0}, Value(), Value(), Value(), false, true};
  const List ends{uint32_t{0}, Value(), Value(), Value(), false, false};
  EXPECT_FALSE(is_refused_after({whole, begins, goes_on, ends, whole}));
  EXPECT_TRUE(is_refused_after({goes_on}));
  EXPECT_TRUE(is_refused_after({ends}));
  EXPECT_TRUE(is_refused_after({{}}));
  EXPECT_TRUE(is_refused_after({{uint32_t{0}}}));
  EXPECT_TRUE(is_refused_after({{uint32_t{7}, Value(), Value(), Value(), false, true}})) << "on no link";
  EXPECT_TRUE(is_refused_after({whole, goes_on}));
  EXPECT_TRUE(is_refused_after({begins, ends, goes_on}));
  EXPECT_TRUE(is_refused_after({{Value(), uint32_t{0}}})) << "without a handle";
  EXPECT_TRUE(is_refused_after({{uint32_t{0}, uint64_t{0}, Binary{Bytes{1}}, Value(), false, true}}));
}

TEST(FrameScan, what_the_engine_may_read_otherwise_begins_no_delivery_that_goes_on) {
  const List goes_on{uint32_t{0}, Value(), Value(), Value(), false, true};
  const auto begins = [](Value tag, Value state, Value aborted) {
    return List{uint32_t{0}, uint32_t{0}, std::move(tag),   uint32_t{0}, false,
                true,        Value(),     std::move(state), Value(),     std::move(aborted)};
  };
  const Value tag = Binary{Bytes{1}};
  EXPECT_FALSE(is_refused_after({begins(tag, Value(), Value()), goes_on}));
  EXPECT_TRUE(is_refused_after({begins(tag, Value(), true), goes_on}));
  EXPECT_TRUE(is_refused_after({begins(std::string("no tag"), Value(), Value()), goes_on}));
  EXPECT_TRUE(is_refused_after({begins(tag, described(0x34, List{}), Value()), goes_on}));
}

TEST(FrameScan, a_list_has_no_fields_beyond_its_own_size) {
  FrameScan scan;
  scan.feed(attach(0, 0, "a"));
  auto cut = transfer(0, 0, 0, true, 0);
  // 8 bytes of the frame's head, 3 of the descriptor, then the list's: c0, its size, its count.
  ASSERT_EQ(cut[11], 0xc0);
  cut[12] = 2;
  scan.feed(cut);
  EXPECT_TRUE(scan.lacks_delivery_id());
}

TEST(FrameScan, rubbish_does_no_harm) {
  FrameScan scan;
  Bytes rubbish;
  for (int i = 0; i < 100000; ++i) rubbish.push_back(static_cast<uint8_t>(i * 2654435761U >> 13));
  scan.feed(rubbish);
  EXPECT_EQ(scan.take("x"), 0U);
}

}  // namespace
}  // namespace millrace::amqp
