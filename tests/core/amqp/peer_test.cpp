// The server against frames written by hand: what no well-behaved client of ours would send, and what other
// clients do.
#include "loopback.hpp"
#include "raw_peer.hpp"

namespace millrace::amqp {
namespace {

constexpr uint64_t kOpen = 0x10;
constexpr uint64_t kAttach = 0x12;
constexpr uint64_t kFlow = 0x13;
constexpr uint64_t kTransfer = 0x14;
constexpr uint64_t kDisposition = 0x15;
constexpr uint64_t kDetach = 0x16;
constexpr uint64_t kEnd = 0x17;
constexpr uint64_t kClose = 0x18;
constexpr uint64_t kSaslInit = 0x41;
constexpr uint64_t kSaslMechanisms = 0x40;
constexpr uint64_t kSaslOutcome = 0x44;

class PeerTest : public Loopback {
 protected:
  void SetUp() override {
    Loopback::SetUp();
    peer_.emplace(loop_, listener_.port());
  }
  /// The server's end of the peer's link.
  LinkPtr attached() {
    run_until([this] { return !server_links_.empty(); });
    return server_links_.empty() ? nullptr : server_links_.front();
  }
  LinkPtr sending_peer(uint64_t max_message_size = 0) {
    peer_->begin();
    peer_->attach_sender("s", "queue");
    auto link = attached();
    link->on_message = [this](Incoming message) { arrived_.push_back(std::move(message)); };
    link->accept({.max_message_size = max_message_size});
    link->add_credit(100);
    run_until([this] { return peer_->saw(kFlow); });
    return link;
  }

  std::optional<RawPeer> peer_;
  std::vector<Incoming> arrived_;
};

TEST_F(PeerTest, open_is_said_in_full) {
  peer_->begin();
  RawPeer::Frame open;
  run_until([&] { return peer_->saw(kOpen, &open); });
  ASSERT_EQ(open.fields.size(), 10U);  // some clients index them by position
  EXPECT_EQ(open.fields[2], Value(uint32_t{kMaxFrameBytes}));
  EXPECT_EQ(open.fields[3], Value(uint16_t{kMostChannels}));
  EXPECT_EQ(open.fields[4].integer(), std::chrono::milliseconds(kIdleTime).count());
  EXPECT_FALSE(open.fields[9].get_if<Map>()->empty());
}

TEST_F(PeerTest, the_message_format_is_seen_also_over_several_frames) {
  sending_peer();
  peer_->transfer(0, 0, Bytes{1});
  peer_->transfer(1, kBatchFormat, Bytes(60'000, 2), true);
  peer_->send(kTransfer, {uint32_t{0}, Value(), Value(), Value(), false, true}, Bytes(60'000, 2));
  peer_->send(kTransfer, {uint32_t{0}, Value(), Value(), Value(), false, false}, Bytes(60'000, 2));
  peer_->transfer(2, kBatchFormat, Bytes{3});
  run_until([this] { return arrived_.size() == 3; });
  EXPECT_EQ(arrived_[0].message_format, 0U);
  EXPECT_EQ(arrived_[1].message_format, kBatchFormat);
  EXPECT_EQ(arrived_[1].bytes, Bytes(180'000, 2));
  EXPECT_EQ(arrived_[2].message_format, kBatchFormat);
}

TEST_F(PeerTest, of_a_message_longer_than_allowed_only_the_beginning_is_kept) {
  const auto link = sending_peer(1000);
  peer_->transfer(0, 0, Bytes(900, 1), true);
  for (int i = 0; i < 50; ++i)
    peer_->send(kTransfer, {uint32_t{0}, Value(), Value(), Value(), false, i < 49}, Bytes(60'000, 1));
  peer_->transfer(1, 0, Bytes(1000, 2));
  run_until([this] { return arrived_.size() == 2; });
  EXPECT_EQ(arrived_[0].bytes.size(), 1001U);
  EXPECT_EQ(arrived_[1].bytes.size(), 1000U);
  link->settle(arrived_[0].id, Outcome::rejected({.name = "amqp:link:message-size-exceeded"}));
  run_until([this] { return peer_->saw(kDisposition); });
}

TEST_F(PeerTest, an_aborted_delivery_is_no_message) {
  sending_peer();
  peer_->transfer(0, kBatchFormat, Bytes(10, 1), true);
  peer_->send(kTransfer,
              {uint32_t{0}, Value(), Value(), Value(), Value(), false, Value(), Value(), Value(), true});
  peer_->transfer(1, 0, Bytes{7});
  run_until([this] { return !arrived_.empty(); });
  EXPECT_EQ(arrived_.size(), 1U);
  EXPECT_EQ(arrived_[0].bytes, Bytes{7});
  EXPECT_EQ(arrived_[0].message_format, 0U);
}

TEST_F(PeerTest, a_connection_cut_in_a_message_delivers_nothing_of_it) {
  const auto link = sending_peer();
  bool closed = false;
  link->on_close = [&](const Condition&) { closed = true; };
  peer_->transfer(0, 0, Bytes(10'000, 1), true);
  peer_->close();
  run_until([&] { return server_closed_; });
  EXPECT_TRUE(closed);
  EXPECT_TRUE(arrived_.empty());
}

class Filters : public PeerTest, public testing::WithParamInterface<Value> {};
TEST_P(Filters, the_session_filter_is_read_and_answered_in_the_peers_form) {
  const Symbol key{"com.microsoft:session-filter"};
  peer_->begin();
  peer_->attach_receiver("r", "queue/Subscriptions/s", Map{{key, GetParam()}},
                         Map{{Symbol{"com.microsoft:timeout"}, uint32_t{1500}}});
  const auto link = attached();
  EXPECT_TRUE(link->is_sender());
  EXPECT_EQ(link->remote_source(), "queue/Subscriptions/s");
  EXPECT_EQ(link->remote_receiver_mode(), ReceiverMode::second);
  EXPECT_EQ(link->remote_properties().find("com.microsoft:timeout")->integer(), 1500);
  const auto filter = link->remote_filter();
  ASSERT_NE(filter.find(key.text), nullptr);
  EXPECT_EQ(*filter.find(key.text), GetParam());

  const auto* form = GetParam().get_if<Described>();
  const auto accepted = form == nullptr ? Value("session-1") : described(*form->descriptor, "session-1");
  link->accept(
      {.properties = Map{{Symbol{"com.microsoft:locked-until-utc"}, int64_t{638'000'000'000'000'000}}},
       .filter = Map{{key, accepted}}});
  RawPeer::Frame attach;
  run_until([&] { return peer_->saw(kAttach, &attach); });
  const auto& source = *attach.fields[5].get_if<Described>()->value->get_if<List>();
  EXPECT_EQ(*source[7].find(key.text), accepted);
  EXPECT_EQ(attach.fields[4], Value(uint8_t{1}));
  EXPECT_EQ(*attach.fields[13].find("com.microsoft:locked-until-utc"),
            Value(int64_t{638'000'000'000'000'000}));
}
INSTANTIATE_TEST_SUITE_P(Forms, Filters,
                         testing::Values(Value("session-1"), Value(),
                                         described(uint64_t{0x137000000C}, "session-1"),
                                         described(uint64_t{0x137000000C}, Value()),
                                         described(Symbol{"com.microsoft:session-filter"}, "session-1")));

TEST_F(PeerTest, a_receiver_without_a_filter_has_none) {
  peer_->begin();
  peer_->attach_receiver("r", "queue", Value());
  EXPECT_TRUE(attached()->remote_filter().is_null());
}

TEST_F(PeerTest, an_attach_is_never_answered_after_its_session_ended) {
  peer_->begin();
  peer_->attach_receiver("r", "queue", Value());
  const auto link = attached();
  bool closed = false;
  link->on_close = [&](const Condition&) { closed = true; };
  peer_->send(kEnd, {});
  run_until([&] { return closed && peer_->saw(kEnd); });
  link->accept({});
  link->refuse({.name = "amqp:not-found"});
  peer_->send(0x11, {Value(), uint32_t{0}, uint32_t{1000}, uint32_t{1000}});
  run_until([this] { return peer_->count(0x11) == 2; });  // whatever it had to say would have come before
  EXPECT_FALSE(peer_->saw(kAttach));
  EXPECT_FALSE(peer_->saw(kDetach));
  EXPECT_FALSE(peer_->is_closed());
}

class ManyLinksTest : public PeerTest {
 protected:
  void attach(uint32_t handle) {
    peer_->send(kAttach, {"s" + std::to_string(handle), handle, false, uint8_t{2}, uint8_t{0},
                          described(uint64_t{0x28}, List{"s"}), described(uint64_t{0x29}, List{"queue"}),
                          Value(), Value(), uint32_t{0}});
  }
  void attach_many(uint32_t count) {
    constexpr uint32_t kInOneWrite = 100;  // with more, it would wait for the loop, which is ours
    for (uint32_t handle = 0; handle < count; ++handle) {
      attach(handle);
      if (handle % kInOneWrite == 0) run_until([&] { return server_links_.size() > handle; });
    }
    run_until([&] { return server_links_.size() == count; });
  }
};

TEST_F(ManyLinksTest, with_one_more_than_a_peer_may_have_it_is_sent_away) {
  peer_->begin();
  attach_many(kMostLinks);
  // A refused link counts until the peer has let go of it.
  server_links_[1]->refuse({"amqp:not-found", "", {}});
  server_links_[2]->refuse({"amqp:not-found", "", {}});
  run_until([&] { return peer_->count(kDetach) == 2; });
  peer_->send(kDetach, {uint32_t{1}, true});
  attach(1);
  run_until([&] { return server_links_.size() == kMostLinks + 1; });
  EXPECT_FALSE(peer_->saw(kClose));
  attach(kMostLinks);
  run_until([&] { return peer_->saw(kClose); });
  peer_->send(kClose, {});
  run_until([&] { return server_closed_; });
  EXPECT_EQ(server_why_.name, "amqp:resource-limit-exceeded");
  EXPECT_EQ(server_links_.size(), kMostLinks + 1);
}

TEST_F(ManyLinksTest, a_session_that_ends_makes_room_for_others) {
  peer_->begin();
  for (int i = 0; i < 3; ++i) {
    attach_many(kMostLinks / 2);
    server_links_.clear();
    peer_->send(kEnd, {});
    peer_->send(0x11, {Value(), uint32_t{0}, uint32_t{1000}, uint32_t{1000}});
  }
  run_until([&] { return peer_->count(kEnd) == 3; });
  EXPECT_FALSE(peer_->saw(kClose));
}

TEST_F(PeerTest, a_refusal_has_an_empty_terminus_and_a_detach_with_the_reason) {
  peer_->begin();
  peer_->attach_receiver("r", "queue", Value());
  attached()->refuse({.name = "com.microsoft:timeout", .description = "no session"});
  RawPeer::Frame attach;
  RawPeer::Frame detach;
  run_until([&] { return peer_->saw(kAttach, &attach) && peer_->saw(kDetach, &detach); });
  EXPECT_TRUE(attach.fields.size() <= 5 || attach.fields[5].is_null());
  EXPECT_EQ(detach.fields[1], Value(true));
  const auto& error = *detach.fields[2].get_if<Described>()->value->get_if<List>();
  EXPECT_EQ(error[0], Value(Symbol{"com.microsoft:timeout"}));
}

TEST_F(PeerTest, a_drain_is_answered_with_what_credit_is_left) {
  peer_->begin();
  peer_->attach_receiver("r", "queue", Value());
  const auto link = attached();
  link->accept({});
  run_until([this] { return peer_->saw(kAttach); });
  bool draining = false;
  link->on_flow = [&] { draining = link->is_draining(); };
  // next-incoming-id, incoming-window, next-outgoing-id, outgoing-window, handle, delivery-count, credit,
  // available, drain
  peer_->send(kFlow, {uint32_t{0}, uint32_t{1000}, uint32_t{0}, uint32_t{1000}, uint32_t{0}, uint32_t{0},
                      uint32_t{5}, Value(), true});
  run_until([&] { return draining; });
  link->send(Bytes{1}, as_bytes("0123456789abcdef"));
  link->drained();
  RawPeer::Frame flow;
  run_until([&] { return peer_->saw(kFlow, &flow); });
  EXPECT_TRUE(peer_->saw(kTransfer));
  EXPECT_EQ(flow.fields[5], Value(uint32_t{5}));  // delivery-count has moved over the unused credit
  EXPECT_EQ(flow.fields[6], Value(uint32_t{0}));
  link->on_flow = {};  // the goodbye brings another flow
}

TEST_F(PeerTest, what_was_on_its_way_when_we_closed_the_link_goes_nowhere) {
  const auto link = sending_peer();
  link->close({.name = "amqp:link:detach-forced"});
  peer_->transfer(0, 0, Bytes{1});
  run_until([this] { return peer_->saw(kDetach); });
  peer_->send(kDetach, {uint32_t{0}, true});
  peer_->send(kClose, {});
  run_until([&] { return server_closed_; });
  EXPECT_TRUE(arrived_.empty());
  EXPECT_FALSE(server_why_);
}

TEST_F(PeerTest, a_closed_link_lets_go_of_what_its_callbacks_own) {
  const auto link = sending_peer();
  const auto owned = std::make_shared<int>(1);
  link->on_message = [owned, link](const Incoming&) { link->close(); };
  link->on_close = [owned](const Condition&) {};
  peer_->transfer(0, 0, Bytes{1});
  run_until([&] { return owned.use_count() == 1; });
  EXPECT_TRUE(link->is_closed());
}

TEST_F(PeerTest, bytes_that_are_no_amqp_end_the_connection_with_a_word) {
  peer_->begin();
  run_until([this] { return peer_->saw(kOpen); });
  peer_->send(Bytes{0, 0, 0, 2, 0, 0, 0, 0});
  run_until([this] { return peer_->is_closed(); });
  EXPECT_TRUE(peer_->saw(kClose));
  run_until([this] { return server_closed_; });
  EXPECT_TRUE(server_why_);
}

TEST_F(PeerTest, a_performative_cut_off_ends_the_connection) {
  peer_->begin();
  auto bad = frame(RawPeer::kAmqp, 0, kAttach, {"name", uint32_t{0}, true});
  bad[12] = 0xff;  // a length beyond the frame
  peer_->send(bad);
  run_until([this] { return server_closed_; });
}

TEST_F(PeerTest, each_mechanism_of_the_service_is_offered_and_taken) {
  for (const auto* mechanism : {"MSSBCBS", "PLAIN", "ANONYMOUS"}) {
    RawPeer peer(loop_, listener_.port());
    peer.protocol_header(3);
    RawPeer::Frame offer;
    run_until([&] { return peer.saw(kSaslMechanisms, &offer); });
    EXPECT_EQ(offer.fields[0], Value(Array{{Symbol{"MSSBCBS"}, Symbol{"PLAIN"}, Symbol{"ANONYMOUS"}}}));
    const std::string plain("\0user\0key", 9);
    peer.send(
        frame(RawPeer::kSasl, 0, kSaslInit, {Symbol{mechanism}, Binary{Bytes(plain.begin(), plain.end())}}));
    RawPeer::Frame outcome;
    run_until([&] { return peer.saw(kSaslOutcome, &outcome); });
    EXPECT_EQ(outcome.fields[0], Value(uint8_t{0})) << mechanism;
    peer.begin();
    run_until([&] { return peer.saw(kOpen); });
  }
}

TEST_F(PeerTest, an_unknown_mechanism_or_a_malformed_plain_is_refused) {
  for (const auto* mechanism : {"SCRAM-SHA-256", "PLAIN"}) {
    RawPeer peer(loop_, listener_.port());
    peer.protocol_header(3);
    peer.send(frame(RawPeer::kSasl, 0, kSaslInit, {Symbol{mechanism}, Binary{Bytes{'x'}}}));
    RawPeer::Frame outcome;
    run_until([&] { return peer.saw(kSaslOutcome, &outcome); });
    EXPECT_EQ(outcome.fields[0], Value(uint8_t{1})) << mechanism;
    run_until([&] { return peer.is_closed(); });
  }
}

/// A server of its own, since the idle time is given when it is made.
class IdleTest : public Loopback {
 protected:
  void serve(std::chrono::milliseconds idle_time) {
    boost::asio::ip::tcp::acceptor acceptor(loop_, {boost::asio::ip::make_address("127.0.0.1"), 0});
    peer_.emplace(loop_, acceptor.local_endpoint().port());
    Connection::Events events;
    events.on_close = [this](const Condition& why) {
      server_closed_ = true;
      server_why_ = why;
    };
    server_ = Connection::serve(loop_.get_executor(), net::wire_over(acceptor.accept()),
                                {.container_id = "server", .idle_time = idle_time}, std::move(events));
  }
  std::optional<RawPeer> peer_;
};

TEST_F(IdleTest, a_silent_peer_is_given_up_and_told) {
  serve(std::chrono::milliseconds(50));
  peer_->begin();
  run_until([this] { return server_closed_; });
  EXPECT_NE(server_why_.description.find("idle"), std::string::npos) << server_why_.description;
  EXPECT_TRUE(peer_->saw(kClose));
}

TEST_F(IdleTest, a_peer_that_never_says_a_word_is_given_up) {
  serve(std::chrono::milliseconds(50));
  run_until([this] { return server_closed_; });
}

TEST_F(IdleTest, a_peer_that_wants_heartbeats_gets_them) {
  serve(std::chrono::seconds(60));
  peer_->begin(40);
  run_until([this] { return peer_->saw(0x11); });
  // Empty frames are not kept as frames: the connection is just never silent for as long as the peer allows.
  const auto end = std::chrono::steady_clock::now() + std::chrono::milliseconds(200);
  run_until([&] { return std::chrono::steady_clock::now() > end; });
  EXPECT_GE(peer_->heartbeats(), 3U);
}

}  // namespace
}  // namespace millrace::amqp
