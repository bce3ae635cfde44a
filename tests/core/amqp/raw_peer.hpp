// A peer that sends whatever a test wants, frame by frame, and keeps what comes back.
#pragma once

#include <deque>

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/write.hpp>

#include "core/amqp/message.hpp"

namespace millrace::amqp {

inline Bytes frame(uint8_t type, uint16_t channel, uint64_t performative, List fields,
                   const Bytes& payload = {}) {
  Bytes body;
  encode(described(performative, std::move(fields)), body);
  body.insert(body.end(), payload.begin(), payload.end());
  Bytes out;
  const auto size = static_cast<uint32_t>(8 + body.size());
  for (int shift = 24; shift >= 0; shift -= 8) out.push_back(static_cast<uint8_t>(size >> shift));
  out.insert(out.end(), {2, type, static_cast<uint8_t>(channel >> 8), static_cast<uint8_t>(channel)});
  out.insert(out.end(), body.begin(), body.end());
  return out;
}

/// Blocking writes, reads that take what is there.
class RawPeer {
 public:
  struct Frame {
    uint8_t type;
    uint64_t performative;
    List fields;
    Bytes payload;
  };
  static constexpr uint8_t kAmqp = 0;
  static constexpr uint8_t kSasl = 1;

  RawPeer(boost::asio::io_context& loop, uint16_t port) : socket_(loop) {
    socket_.connect({boost::asio::ip::make_address("127.0.0.1"), port});
    socket_.non_blocking(true);
  }
  /// As a server: what has been accepted.
  explicit RawPeer(boost::asio::ip::tcp::socket accepted) : socket_(std::move(accepted)) {
    socket_.non_blocking(true);
  }
  void send(const Bytes& bytes) {
    socket_.non_blocking(false);
    boost::system::error_code ignored;
    boost::asio::write(socket_, boost::asio::buffer(bytes), ignored);
    socket_.non_blocking(true);
  }
  void send(uint64_t performative, List fields, const Bytes& payload = {}) {
    send(frame(kAmqp, 0, performative, std::move(fields), payload));
  }
  void protocol_header(uint8_t id) { send(Bytes{'A', 'M', 'Q', 'P', id, 1, 0, 0}); }
  /// Says header, open and begin.
  void begin(uint32_t idle_ms = 0) {
    protocol_header(0);
    send(0x10, {"raw", Value(), Value(), Value(), idle_ms == 0 ? Value() : Value(idle_ms)});
    send(0x11, {Value(), uint32_t{0}, uint32_t{1000}, uint32_t{1000}});
  }
  /// As a server, the mechanism that there is; the client's init (0x41) follows.
  void offer() {
    protocol_header(3);
    send(frame(kSasl, 0, 0x40, {Value(Array{{Symbol{"ANONYMOUS"}}})}));
  }
  /// As a server, after the client's init: all that it waits for, with a session that answers its first.
  void welcome() {
    send(frame(kSasl, 0, 0x44, {uint8_t{0}}));
    protocol_header(0);
    send(0x10, {"raw"});
    send(0x11, {uint16_t{0}, uint32_t{0}, uint32_t{1000}, uint32_t{1000}});
  }
  /// A sender's link, handle 0.
  void attach_sender(const std::string& name, const std::string& target) {
    send(0x12, {name, uint32_t{0}, false, uint8_t{2}, uint8_t{0}, described(uint64_t{0x28}, List{name}),
                described(uint64_t{0x29}, List{target}), Value(), Value(), uint32_t{0}});
  }
  /// A receiver's link, handle 0, with a filter map or null, and link properties or null.
  void attach_receiver(const std::string& name, const std::string& source, Value filter,
                       Value properties = {}) {
    send(0x12, {name, uint32_t{0}, true, uint8_t{0}, uint8_t{1},
                described(uint64_t{0x28}, List{source, Value(), Value(), Value(), Value(), Value(), Value(),
                                               std::move(filter)}),
                described(uint64_t{0x29}, List{name}), Value(), Value(), Value(), Value(), Value(), Value(),
                std::move(properties)});
  }
  void transfer(uint32_t id, uint32_t format, const Bytes& payload, bool more = false) {
    send(0x14, {uint32_t{0}, id, Binary{Bytes{static_cast<uint8_t>(id)}}, format, false, more}, payload);
  }
  /// Reads what has come; true when the peer has seen a frame of this performative. `frame` is the first one.
  bool saw(uint64_t performative, Frame* frame = nullptr) {
    read();
    for (const auto& each : frames_) {
      if (each.performative != performative) continue;
      if (frame != nullptr) *frame = each;
      return true;
    }
    return false;
  }
  size_t count(uint64_t performative) {
    read();
    return static_cast<size_t>(std::ranges::count(frames_, performative, &Frame::performative));
  }
  bool is_closed() {
    read();
    return closed_;
  }
  size_t heartbeats() {
    read();
    return heartbeats_;
  }
  void close() { socket_.close(); }

 private:
  void read() {
    std::array<uint8_t, 65536> buffer{};
    for (;;) {
      boost::system::error_code failed;
      const auto count = socket_.read_some(boost::asio::buffer(buffer), failed);
      if (failed && failed != boost::asio::error::would_block) closed_ = true;
      if (failed) break;
      bytes_.insert(bytes_.end(), buffer.begin(), buffer.begin() + static_cast<std::ptrdiff_t>(count));
    }
    while (bytes_.size() >= 8) {
      if (as_text(BytesView(bytes_).first(4)) == "AMQP") {
        bytes_.erase(bytes_.begin(), bytes_.begin() + 8);
        continue;
      }
      const size_t size =
          size_t{bytes_[0]} << 24 | size_t{bytes_[1]} << 16 | size_t{bytes_[2]} << 8 | bytes_[3];
      if (size < 8 || bytes_.size() < size) break;
      take(BytesView(bytes_).first(size));
      bytes_.erase(bytes_.begin(), bytes_.begin() + static_cast<std::ptrdiff_t>(size));
    }
  }
  void take(BytesView whole) {
    auto body = whole.subspan(8);
    if (body.empty()) {
      ++heartbeats_;
      return;
    }
    const auto value = decode(body);
    const auto* performative = value ? value->get_if<Described>() : nullptr;
    if (performative == nullptr) return;
    const auto* fields = performative->value->get_if<List>();
    frames_.push_back({whole[5], static_cast<uint64_t>(performative->descriptor->integer().value_or(0)),
                       fields == nullptr ? List{} : *fields, Bytes(body.begin(), body.end())});
  }

  boost::asio::ip::tcp::socket socket_;
  Bytes bytes_;
  std::deque<Frame> frames_;
  size_t heartbeats_ = 0;
  bool closed_ = false;
};

}  // namespace millrace::amqp
