// From a message off the broker to an authenticated record.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "core/base/clock.hpp"
#include "core/metrics/metrics.hpp"
#include "core/mqtt/client.hpp"
#include "relay/intake/streams.hpp"
#include "relay/intake/trust.hpp"

namespace millrace::relay {

/// A box whose key nobody entered is told so at most this often.
inline constexpr std::chrono::seconds kHaltInterval{5};
/// An alarm about refused messages ends this long after the last of them.
inline constexpr std::chrono::minutes kRefusalRemembered{10};

/// Decodes, authenticates against the box's keys and hands over to the streams. What does not pass is counted
/// and alarmed, and changes nothing else (rule 3). On the loop; owned by CloudRelay; what is passed by
/// reference must outlive it.
class Intake {
 public:
  struct Parts {
    const Clock& clock;
    metrics::Registry& metrics;
    metrics::Alarms& alarms;
    Streams& streams;
  };
  Intake(Parts parts, Trust trust) : parts_(parts), trust_(std::move(trust)) {}

  /// A message of `kEventFilter`, heard on broker `link`.
  void message(size_t link, const mqtt::Message& message);

  const Trust& trust() const { return trust_; }
  /// A box that waited for its key goes on with its next record; it sends again by itself.
  void trust(Trust trust) { trust_ = std::move(trust); }

  /// About once a second.
  void look_around();

 private:
  struct Waiting {
    MonoTime seen{};
    std::optional<MonoTime> told;
    std::string reason;
  };
  void refused(const Box& box, size_t link, const delivery::Refusal& refusal);
  void count(std::string_view result);
  void raise_unknown_keys();

  Parts parts_;
  Trust trust_;
  std::map<Box, Waiting> waiting_;  // boxes whose key is not known
  std::optional<MonoTime> refused_at_;
};

}  // namespace millrace::relay
