#include "core/amqp/frame_scan.hpp"

#include <algorithm>
#include <optional>

#include "core/amqp/value.hpp"

namespace millrace::amqp {
namespace {

// A frame (part 2, section 2.3) has size u32, data offset u8 in words, type u8, channel u16. The protocol
// header "AMQP" + 4 bytes stands before the first frame of each layer.
constexpr size_t kFrameHeaderBytes = 8;
constexpr uint8_t kSaslFrame = 1;
constexpr uint64_t kSaslInit = 0x41;
constexpr uint64_t kAttach = 0x12;
constexpr uint64_t kTransfer = 0x14;
constexpr uint64_t kDetach = 0x16;
constexpr uint64_t kEnd = 0x17;

uint32_t read_u32(BytesView bytes) {
  return static_cast<uint32_t>(bytes[0]) << 24 | static_cast<uint32_t>(bytes[1]) << 16 |
         static_cast<uint32_t>(bytes[2]) << 8 | bytes[3];
}

/// The fields of a performative, read one by one: the end of a long one was not kept.
class Fields {
 public:
  /// Nothing when it is no list. What a list says of its own size bounds its fields, as for the engine.
  static std::optional<Fields> of(BytesView bytes) {
    if (bytes.empty()) return std::nullopt;
    const size_t width = bytes[0] == 0xc0 ? 1 : bytes[0] == 0xd0 ? 4 : 0;
    const size_t head = 1 + 2 * width;
    if (width == 0 || bytes.size() < head) return std::nullopt;
    const size_t size = width == 1 ? bytes[1] : read_u32(bytes.subspan(1));
    const uint32_t count = width == 1 ? bytes[2] : read_u32(bytes.subspan(5));
    if (size < width) return std::nullopt;
    return Fields(bytes.subspan(head, std::min(size - width, bytes.size() - head)), count);
  }
  /// Null behind the last one, and from the first one on that cannot be read.
  Value next() {
    if (left_ == 0) return {};
    --left_;
    auto value = decode(bytes_);
    if (!value) {
      left_ = 0;
      is_plain_ = false;
    }
    return value ? std::move(*value) : Value();
  }
  template <class T>
  std::optional<T> next_as() {
    const auto value = next();
    const auto* as = value.get_if<T>();
    if (as == nullptr && !value.is_null()) is_plain_ = false;
    return as == nullptr ? std::nullopt : std::optional(*as);
  }
  bool next_flag() { return next_as<bool>().value_or(false); }
  /// Whether every field so far was of its type, or null: then the engine has read the same.
  bool is_plain() const { return is_plain_; }

 private:
  Fields(BytesView bytes, uint32_t left) : bytes_(bytes), left_(left) {}
  BytesView bytes_;
  uint32_t left_;
  bool is_plain_ = true;
};

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
  const auto type = kept_[5];
  if (type > kSaslFrame || offset < kFrameHeaderBytes || offset >= kept_.size()) return;
  const auto channel = static_cast<uint16_t>(kept_[6] << 8 | kept_[7]);
  auto body = BytesView(kept_).subspan(offset);
  if (body[0] != 0x00) return;
  body = body.subspan(1);
  const auto descriptor = decode(body);
  const auto code = descriptor ? descriptor->integer() : std::nullopt;
  if (!code) return;
  if (type == kSaslFrame) {
    if (*code == kSaslInit) ++inits_;
    return;
  }
  if (*code == kEnd) return end(channel);
  if (*code == kAttach) attach(channel, body);
  if (*code == kTransfer) transfer(channel, body);
  if (*code == kDetach) detach(channel, body);
}

void FrameScan::attach(uint16_t channel, BytesView list) {
  auto fields = Fields::of(list);
  if (!fields) return;
  const auto name = fields->next();
  const auto handle = fields->next_as<uint32_t>();
  const bool is_receiver = fields->next_flag();
  // Only a sender's link brings transfers in.
  if (name.text() == nullptr || !handle || is_receiver) return;
  links_[{channel, *handle}] = {.name = *name.text()};
}

void FrameScan::transfer(uint16_t channel, BytesView list) {
  auto fields = Fields::of(list);
  const auto handle = fields ? fields->next_as<uint32_t>() : std::nullopt;
  const auto id = handle ? fields->next_as<uint32_t>() : std::nullopt;
  const auto at = handle ? links_.find({channel, *handle}) : links_.end();
  const bool continues = at != links_.end() && at->second.continues;
  if (!id && !continues) lacks_delivery_id_ = true;
  if (at == links_.end()) return;
  auto& link = at->second;
  fields->next_as<Binary>();  // delivery-tag
  const auto format = fields->next_as<uint32_t>().value_or(0);
  if (!continues) formats_[link.name].push_back(format);
  fields->next_flag();  // settled
  const bool more = fields->next_flag();
  fields->next_as<uint8_t>();  // rcv-settle-mode
  const bool has_state = !fields->next().is_null();
  fields->next_flag();  // resume
  const bool aborted = fields->next_flag();
  // Read otherwise than by the engine, it would not be a continuation there.
  link.continues = more && !aborted && !has_state && fields->is_plain();
}

void FrameScan::detach(uint16_t channel, BytesView list) {
  auto fields = Fields::of(list);
  const auto handle = fields ? fields->next_as<uint32_t>() : std::nullopt;
  if (handle) links_.erase({channel, *handle});
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

void FrameScan::forget(const std::string& link_name) {
  formats_.erase(link_name);
}

size_t FrameScan::untaken() const {
  size_t count = 0;
  for (const auto& [name, formats] : formats_) count += formats.size();
  return count;
}

}  // namespace millrace::amqp
