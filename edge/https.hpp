// What the box shows to kiosks on other machines, and how long that is good.
#pragma once

#include <optional>

#include "core/base/clock.hpp"
#include "core/http/server.hpp"
#include "core/metrics/metrics.hpp"
#include "edge/admin/box_report.hpp"
#include "edge/edge_config.hpp"
#include "edge/own_certificate.hpp"

namespace millrace::edge {

/// A person needs time to get a certificate from the plant's authority.
constexpr std::chrono::days kWarnBefore{30};

/// What a Certificate is of: the one that kiosks are shown.
inline constexpr auto kKiosksCertificate = "kiosks";

/// What a PEM file of certificates says. Errors: not_found, io, invalid_input; the message names the file.
Result<net::CertificateFacts> read_certificate_file(const std::filesystem::path& file);

/// The certificate that `config` asks for. Errors: as OwnCertificate::open.
Result<OwnCertificate> open_own_certificate(const EdgeConfig& config, WallTime now);

/// The plant's certificate or one of the box's own making, which it renews; or none, for kiosks on the box
/// itself. Tells by alarm and metric when people have to act. On the loop; owned by the gateway.
class Https {
 public:
  struct Parts {
    const Clock& clock;
    metrics::Registry& metrics;
    metrics::Alarms& alarms;
  };
  explicit Https(Parts parts);

  /// Errors: invalid_input (names the file), io, no_space.
  Result<> open(const EdgeConfig& config);
  /// None for plain HTTP.
  const std::optional<net::Identity>& identity() const { return identity_; }
  /// What kiosks are shown, and the authority behind one of the box's own making.
  std::vector<Certificate> certificates() const;
  /// Every few seconds: renews when it is time, and looks at the clock.
  void look(http::Server& server);

 private:
  void look_at_end();
  WallTime until() const;

  Parts parts_;
  metrics::Registry::Gauge expires_;
  std::optional<OwnCertificate> own_;
  std::optional<net::Identity> identity_;
  std::vector<std::string> plants_names_;
  WallTime plants_until_{};
  bool not_served_yet_ = false;  ///< a renewed certificate is on the disk, and the server has the old one
};

}  // namespace millrace::edge
