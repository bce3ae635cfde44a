#include "core/amqp/frame_scan.hpp"

#include "core/amqp/value.hpp"

namespace millrace::amqp {
namespace {

// A frame (part 2, section 2.3) has size u32, data offset u8 in words, type u8, channel u16. The protocol
// header "AMQP" + 4 bytes stands before the first frame of each layer.
constexpr size_t kFrameHeaderBytes = 8;
constexpr uint8_t kAmqpFrame = 0;
constexpr uint64_t kAttach = 0x12;
constexpr uint64_t kTransfer = 0x14;
constexpr uint64_t kDetach = 0x16;
constexpr uint64_t kEnd = 0x17;

uint32_t read_u32(BytesView bytes) {
  return static_cast<uint32_t>(bytes[0]) << 24 | static_cast<uint32_t>(bytes[1]) << 16 |
         static_cast<uint32_t>(bytes[2]) << 8 | bytes[3];
}

/// Steps over a list's size and count, so that its fields can be read one by one though its end was not kept.
bool open_list(BytesView& bytes) {
  if (bytes.empty()) return false;
  const size_t skip = bytes[0] == 0xc0 ? 3 : bytes[0] == 0xd0 ? 9 : 0;
  if (skip == 0 || bytes.size() < skip) return false;
  bytes = bytes.subspan(skip);
  return true;
}

std::optional<uint32_t> next_u32(BytesView& fields) {
  const auto value = decode(fields);
  if (!value) return std::nullopt;
  const auto number = value->integer();
  return number ? std::optional(static_cast<uint32_t>(*number)) : std::nullopt;
}

}  // namespace

void FrameScan::feed(BytesView bytes) {
  while (!bytes.empty()) {
    if (frame_size_ == 0) {
      const auto want = std::min(kFrameHeaderBytes - kept_.size(), bytes.size());
      kept_.insert(kept_.end(), bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(want));
      bytes = bytes.subspan(want);
      if (kept_.size() < kFrameHeaderBytes) return;
      if (as_text(BytesView(kept_).first(4)) == "AMQP") {
        kept_.clear();
        continue;
      }
      frame_size_ = read_u32(kept_);
      seen_ = kFrameHeaderBytes;
      if (frame_size_ < kFrameHeaderBytes) frame_size_ = kFrameHeaderBytes;  // the engine closes on it
    }
    const auto left = std::min<size_t>(frame_size_ - seen_, bytes.size());
    const auto keep = std::min(left, kKeptBytes - std::min(kKeptBytes, kept_.size()));
    kept_.insert(kept_.end(), bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(keep));
    bytes = bytes.subspan(left);
    seen_ += static_cast<uint32_t>(left);
    if (seen_ == frame_size_) {
      frame_done();
      kept_.clear();
      frame_size_ = 0;
    }
  }
}

void FrameScan::frame_done() {
  const size_t offset = static_cast<size_t>(kept_[4]) * 4;
  if (kept_[5] != kAmqpFrame || offset < kFrameHeaderBytes || offset >= kept_.size()) return;
  const auto channel = static_cast<uint16_t>(kept_[6] << 8 | kept_[7]);
  auto body = BytesView(kept_).subspan(offset);
  if (body[0] != 0x00) return;
  body = body.subspan(1);
  const auto descriptor = decode(body);
  const auto code = descriptor ? descriptor->integer() : std::nullopt;
  if (!code) return;
  if (*code == kEnd) return end(channel);
  if (!open_list(body)) return;
  if (*code == kAttach) attach(channel, body);
  if (*code == kTransfer) transfer(channel, body);
  if (*code == kDetach) detach(channel, body);
}

void FrameScan::attach(uint16_t channel, BytesView fields) {
  const auto name = decode(fields);
  const auto handle = next_u32(fields);
  const auto role = decode(fields);
  if (!name || name->text() == nullptr || !handle || !role) return;
  const auto* is_receiver = role->get_if<bool>();
  // Only a sender's link brings transfers in.
  if (is_receiver == nullptr || *is_receiver) return;
  links_[{channel, *handle}] = {.name = *name->text()};
  formats_.erase(*name->text());
}

void FrameScan::transfer(uint16_t channel, BytesView fields) {
  const auto handle = next_u32(fields);
  if (!handle) return;
  const auto at = links_.find({channel, *handle});
  if (at == links_.end()) return;
  const auto delivery_id = decode(fields);
  const auto tag = decode(fields);
  const auto format = decode(fields);
  const auto settled = decode(fields);
  const auto more = decode(fields);
  if (!at->second.continues) {
    const auto number = format ? format->integer() : std::nullopt;
    formats_[at->second.name].push_back(number ? static_cast<uint32_t>(*number) : 0);
  }
  const auto* goes_on = more ? more->get_if<bool>() : nullptr;
  at->second.continues = goes_on != nullptr && *goes_on;
}

void FrameScan::detach(uint16_t channel, BytesView fields) {
  const auto handle = next_u32(fields);
  if (!handle) return;
  const auto at = links_.find({channel, *handle});
  if (at != links_.end()) links_.erase(at);
}

void FrameScan::end(uint16_t channel) {
  std::erase_if(links_, [channel](const auto& entry) { return entry.first.first == channel; });
}

uint32_t FrameScan::take(const std::string& link_name) {
  const auto at = formats_.find(link_name);
  if (at == formats_.end() || at->second.empty()) return 0;
  const auto format = at->second.front();
  at->second.pop_front();
  if (at->second.empty()) formats_.erase(at);
  return format;
}

}  // namespace millrace::amqp
