// HTTPS without the plant's certificate: the box is its own small authority.
//
// In the data folder, both readable by the daemon alone:
//   https-ca.pem      the authority's key and certificate. Kiosks trust it, so it is made once and never
//   replaced. https-server.pem  the server's key, its certificate and the authority's; replaced whole at each
//   renewal.
#pragma once

#include <chrono>
#include <filesystem>
#include <string>
#include <vector>

#include "core/base/clock.hpp"
#include "core/net/authority.hpp"
#include "core/net/identity.hpp"

namespace millrace::edge {

/// Long enough to outlive a kiosk: a new authority has to be trusted on every one of them.
constexpr std::chrono::days kAuthorityLasts{3'650};
/// Browsers complain about server certificates of more than 398 days.
constexpr std::chrono::days kCertificateLasts{397};
/// Renewed so long before its end that a box which was switched off for a season still has a good one.
constexpr std::chrono::days kRenewBefore{120};
/// Kiosks' clocks may be behind.
constexpr std::chrono::days kGoodSince{7};

/// On the loop; owned by the gateway, or by main when it prints.
class OwnCertificate {
 public:
  /// Reads both files, and makes what is missing. What is there and cannot be read stays as it is. `title`
  /// names the box in browsers. Errors: invalid_input (names the file, and what to do), io, no_space.
  static Result<OwnCertificate> open(const std::filesystem::path& folder, const std::string& title,
                                     std::vector<std::string> names, WallTime now);

  /// Whether `open` could read what is in the folder. Changes nothing. Errors: as open.
  static Result<> check(const std::filesystem::path& folder);

  /// Makes a new server certificate when the old one runs out soon, is not good yet, or is for other names.
  /// True when it did. Errors: io, no_space: the old one stays.
  Result<bool> renew(WallTime now);

  net::Identity identity() const { return {server_file(), server_file()}; }
  const net::Authority& authority() const { return authority_; }
  /// When kiosks will refuse what is served now.
  WallTime until() const { return facts_.chain_until; }
  /// What kiosks may call the box, ascending.
  const std::vector<std::string>& names() const { return names_; }
  /// The wanted names that the authority cannot vouch for.
  const std::vector<std::string>& uncovered() const { return uncovered_; }

 private:
  OwnCertificate(std::filesystem::path folder, net::Authority authority,
                 const std::vector<std::string>& names);
  std::filesystem::path server_file() const;
  Result<> load(WallTime now);
  bool is_due(WallTime now) const;

  std::filesystem::path folder_;
  net::Authority authority_;
  std::vector<std::string> names_;  // ascending, as they stand in a certificate
  std::vector<std::string> uncovered_;
  net::CertificateFacts facts_;
};

}  // namespace millrace::edge
