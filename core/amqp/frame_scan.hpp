// Reads `message-format` from transfer frames on their way in: proton 0.37 skips the field.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <string>
#include <utility>

#include "core/base/bytes.hpp"

namespace millrace::amqp {

/// Follows the byte stream from the peer, frame by frame, and remembers the format of each delivery by the
/// link's name until it is asked for or the link is forgotten. What it cannot read is the engine's to
/// complain about; it notices itself what the engine does not survive. Bounded: it keeps the first kKeptBytes
/// of one frame, and one number for each delivery not yet taken.
class FrameScan {
 public:
  /// Long enough for an attach frame up to its role, and for any transfer's first fields.
  static constexpr size_t kKeptBytes = 2048;

  void feed(BytesView bytes);
  /// The format of the oldest delivery on the link that was not asked for yet; 0 when there is none.
  uint32_t take(const std::string& link_name);
  /// The engine has seen the link's end: nobody will ask for what is left.
  void forget(const std::string& link_name);
  /// A peer says once who it is (SASL's `init`, part 5, section 5.3.3.2). Proton 0.37 takes another and
  /// forgets to free the host name of the first.
  bool initialised_twice() const { return inits_ > 1; }
  /// The first transfer of a delivery must have its delivery-id (part 2, section 2.7.5). Proton 0.37 asserts
  /// it, and takes the process along. Told as soon as such a frame is whole; the engine must not see its end.
  bool lacks_delivery_id() const { return lacks_delivery_id_; }
  /// Deliveries not asked for yet, of all links.
  size_t untaken() const;

 private:
  struct Link {
    std::string name;
    bool continues = false;  // the last transfer said `more`
  };
  using Place = std::pair<uint16_t, uint32_t>;  // channel, handle

  void frame_done();
  void attach(uint16_t channel, BytesView list);
  void transfer(uint16_t channel, BytesView list);
  void detach(uint16_t channel, BytesView list);
  void end(uint16_t channel);

  size_t inits_ = 0;
  bool lacks_delivery_id_ = false;
  Bytes kept_;               // the beginning of the frame under way
  uint32_t frame_size_ = 0;  // 0 while the frame's header is not complete
  uint32_t seen_ = 0;        // bytes of it so far
  std::map<Place, Link> links_;
  std::map<std::string, std::deque<uint32_t>> formats_;
};

}  // namespace millrace::amqp
