// Which screens there are, and when each was heard of.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/clock.hpp"
#include "core/store/database.hpp"

namespace millrace::edge {

/// More screens than one box serves; the one that was not heard of for longest gives way, since anybody in
/// the hall can make up names.
inline constexpr size_t kMostKiosks = 512;
inline constexpr size_t kMostKioskBytes = 64;  // of its name

struct Kiosk {
  std::string name;     ///< from its start address
  std::string address;  ///< of its machine
  std::string app;      ///< the version of its pages; empty when it did not say
  WallTime last_seen;
};

/// Every screen that asks how the box is, by its name. For people to look at: nothing is decided by it. On
/// the loop; owned by the daemon.
class Kiosks {
 public:
  /// What the database knows. Throws store::Failure.
  void load(store::Connection& db);
  /// A name or version that cannot stand in a table is left out.
  void heard(std::string_view name, std::string_view address, std::string_view app, WallTime now);
  /// The one that was heard of last is the first.
  std::vector<Kiosk> all() const;

  /// Whether there is one that the database does not know, or knows with other pages.
  bool has_news() const { return news_; }
  /// What is written now: `all`, of which nothing is news any more.
  std::vector<Kiosk> take();
  /// They did not come to the disk.
  void not_stored() { news_ = true; }
  /// Step of a transaction on the writer's thread; throws store::Failure.
  static void store(store::Connection& db, const std::vector<Kiosk>& kiosks);

 private:
  void make_room();
  std::map<std::string, Kiosk, std::less<>> kiosks_;
  bool news_ = false;
};

}  // namespace millrace::edge
