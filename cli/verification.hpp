// Whether a set of records is what a box signed, and whether any is missing.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/delivery/evidence.hpp"
#include "core/delivery/inbound.hpp"

namespace millrace::cli {

/// One thing that is wrong, where it stands and in words.
struct Fault {
  std::string place;
  std::string what;
};

struct Verified {
  uint64_t records = 0;  ///< different records whose hash and signature hold
  uint64_t copies = 0;   ///< came more than once, the same each time
  uint64_t notices = 0;  ///< places filled by the notice that their record is withheld
  uint64_t others = 0;   ///< events that no box recorded
  struct Stream {
    Uuid stream_id;
    uint64_t first = 0;
    uint64_t last = 0;
  };
  std::vector<Stream> streams;
  std::vector<Fault> faults;
};

/// Takes records in any order, each as it was published, then looks at each stream: hash and signature of
/// every record, the chain between neighbours, gaps, and whatever checkpoints and openings vouch for. The
/// rules: docs/contract.md. One thread.
class Verification {
 public:
  explicit Verification(const std::vector<PublicKey>& keys);

  /// `place` is what a fault of this event is reported at ("line 12").
  void add(const delivery::Event& event, const std::string& place);
  /// The stream's records begin behind this one.
  void begins_behind(const Uuid& stream, uint64_t sequence, const delivery::Hash& hash);
  /// The stream's last record is this one.
  void ends_with(const Uuid& stream, uint64_t sequence, const delivery::Hash& hash);
  void fault(std::string place, std::string what) { faults_.push_back({std::move(place), std::move(what)}); }

  Verified finish();

 private:
  struct Place {
    delivery::Hash hash{};
    std::optional<delivery::Hash> previous;  // nothing: a notice stands here
  };
  struct Vouched {
    uint64_t sequence = 0;
    delivery::Hash hash{};
    std::string by;
  };
  struct Stream {
    std::map<uint64_t, Place> places;
    std::optional<Vouched> begin;
    std::vector<Vouched> vouched;
  };
  void add_notice(const delivery::Event& event, const std::string& place);
  void add_checkpoint(const delivery::Event& event, const std::string& place);
  void look_at(const Uuid& id, const Stream& stream, Verified& out);

  delivery::KeyRing keys_;
  std::map<Uuid, Stream> streams_;
  std::vector<Fault> faults_;
  uint64_t copies_ = 0;
  uint64_t others_ = 0;
};

}  // namespace millrace::cli
