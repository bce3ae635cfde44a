// Every stream that this relay knows, each with its receiver.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <boost/asio/any_io_executor.hpp>

#include "core/base/clock.hpp"
#include "core/delivery/lanes.hpp"
#include "core/delivery/receiver.hpp"
#include "core/metrics/metrics.hpp"
#include "relay/cursors/cursor_store.hpp"

namespace millrace::relay {

/// A stream that has not moved for this long while it holds something is unhealthy (rule 4).
inline constexpr std::chrono::seconds kStalledAfter{60};

/// Wires the pure delivery::Receiver of each stream to the lanes, the cursor store and the receipts: a cursor
/// is on disk before its receipt goes out. On the loop; owned by CloudRelay; what is passed by reference must
/// outlive it.
class Streams {
 public:
  struct Parts {
    boost::asio::any_io_executor loop;
    const Clock& clock;
    metrics::Registry& metrics;
    metrics::Alarms& alarms;
    CursorStore& cursors;
  };
  struct Handlers {
    std::function<void(delivery::StreamNumber, delivery::RecordPtr)> to_lane;
    std::function<void(delivery::StreamNumber, uint64_t sequence)> drop_below;
    /// Publish on the broker numbered `link`; `done` says whether the broker took it.
    std::function<void(size_t link, const Box&, const delivery::Receiver::Report&,
                       std::function<void(bool taken)> done)>
        publish;
  };
  Streams(const Parts& parts, delivery::ReceiverLimits limits, Handlers handlers);
  ~Streams();
  Streams(const Streams&) = delete;
  Streams& operator=(const Streams&) = delete;

  /// What the relay knew when it last stopped. Call once, before the first record.
  void restore(std::vector<StoredCursor> cursors);

  /// An authenticated record of this box, heard on broker `link`.
  delivery::Receiver::Arrival::Kind arrive(const Box& box, size_t link, const delivery::RecordPtr& record);
  /// Tells the box, with a receipt that moves nothing, why its stream stands still.
  void halt(const Box& box, size_t link, const Uuid& stream_id, const std::string& reason);
  void settled(const delivery::Lanes::Settlement& settlement);

  /// About once a second: receipts that were lost are said again, stalls are noticed, gauges set.
  void look_around();

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace millrace::relay
