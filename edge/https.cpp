#include "edge/https.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "core/base/files.hpp"
#include "core/base/log.hpp"

namespace millrace::edge {
namespace {

constexpr size_t kMostPemBytes = 1024UL * 1024;
constexpr auto kExpiryAlarm = "certificate-expires";
constexpr auto kNamesAlarm = "certificate-names";
constexpr auto kRenewalAlarm = "certificate-not-renewed";

}  // namespace

Result<net::CertificateFacts> read_certificate_file(const std::filesystem::path& file) {
  const auto text = read_file(file, kMostPemBytes);
  if (!text) return std::unexpected(text.error());
  auto facts = net::read_certificates(*text);
  if (!facts)
    return fail(ErrorKind::invalid_input, fmt::format("{}: {}", file.string(), facts.error().message));
  return facts;
}

Result<OwnCertificate> open_own_certificate(const EdgeConfig& config, WallTime now) {
  return OwnCertificate::open(config.data_dir,
                              fmt::format("Millrace {} {}", config.place.site, config.place.edge),
                              config.http.names, now);
}

Https::Https(Parts parts)
    : parts_(parts),
      expires_(parts_.metrics.gauge(
          "millrace_edge_certificate_expires_timestamp_seconds",
          "When kiosks will refuse the HTTPS certificate, in seconds since 1970; 0 without one.")) {}

Result<> Https::open(const EdgeConfig& config) {
  if (config.http.has_tls()) {
    const auto facts = read_certificate_file(config.http.tls_certificate);
    if (!facts) return std::unexpected(facts.error());
    plants_names_ = facts->names;
    plants_until_ = facts->chain_until;
    identity_ = net::Identity{config.http.tls_certificate, config.http.tls_key};
  } else if (config.http.makes_certificate()) {
    auto own = open_own_certificate(config, parts_.clock.wall());
    if (!own) return std::unexpected(own.error());
    own_.emplace(std::move(*own));
    identity_ = own_->identity();
    if (!own_->uncovered().empty()) {
      parts_.alarms.raise(
          kNamesAlarm,
          fmt::format("https-ca.pem was not made for {}: kiosks that call the box so refuse it. Move "
                      "https-ca.pem and "
                      "https-server.pem away, restart, and let every kiosk trust the new one (--print-trust)",
                      fmt::join(own_->uncovered(), ", ")));
    }
  }
  look_at_end();
  return {};
}

WallTime Https::until() const {
  return own_ ? own_->until() : plants_until_;
}

std::vector<Certificate> Https::certificates() const {
  if (!identity_) return {};
  if (!own_) return {{kKiosksCertificate, plants_names_, plants_until_}};
  return {{kKiosksCertificate, own_->names(), own_->until()},
          {"authority", own_->names(), own_->authority().valid().until}};
}

void Https::look(http::Server& server) {
  if (own_) {
    const auto renewed = own_->renew(parts_.clock.wall());
    if (renewed && *renewed) not_served_yet_ = true;
    auto served = not_served_yet_ ? server.renew_tls() : Result<>();
    if (not_served_yet_ && served) {
      not_served_yet_ = false;
      log::info("https.certificate_renewed", {{"until", rfc3339(own_->until())}});
    }
    if (!renewed) served = std::unexpected(renewed.error());
    if (served) {
      parts_.alarms.clear(kRenewalAlarm);
    } else {
      parts_.alarms.raise(kRenewalAlarm, served.error().message);
    }
  }
  look_at_end();
}

void Https::look_at_end() {
  if (!identity_) return;
  const auto until = this->until();
  expires_.set(std::chrono::duration<double>(until.time_since_epoch()).count());
  if (until - parts_.clock.wall() >= kWarnBefore) {
    parts_.alarms.clear(kExpiryAlarm);
    return;
  }
  parts_.alarms.raise(
      kExpiryAlarm,
      fmt::format("{}: kiosks refuse it from {} on{}", identity_->certificate.string(), rfc3339(until),
                  own_ ? ". The box's authority runs out: move https-ca.pem and https-server.pem away, "
                         "restart, and let every kiosk trust the new one (--print-trust)"
                       : ": put a new one there, and restart"));
}

}  // namespace millrace::edge
