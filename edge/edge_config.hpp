// What edge.toml says.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "core/base/result.hpp"
#include "core/delivery/sender.hpp"
#include "core/mqtt/client.hpp"
#include "edge/api/kiosk_settings.hpp"
#include "edge/capture/place.hpp"
#include "edge/content/content.hpp"

namespace millrace::edge {

struct EdgeConfig {
  Place place;
  std::filesystem::path data_dir;  ///< holds edge.db, edge.key, edge.ballast, edge.lock, content
  ContentPaths content;
  std::string log_level;

  struct Http {
    std::string address;
    uint16_t port = 0;
    std::filesystem::path kiosk_dir;  ///< the kiosk's files; empty for none
    std::filesystem::path tls_certificate;
    std::filesystem::path tls_key;
    bool loopback = true;            ///< only the box itself can connect
    std::vector<std::string> names;  ///< what kiosks call the box, for a certificate of its own making
    bool has_tls() const { return !tls_certificate.empty(); }
    /// A PIN does not cross the network in clear: without the plant's certificate the box makes one.
    bool makes_certificate() const { return !loopback && !has_tls(); }
  } http;

  KioskSettings kiosk;

  struct Broker {
    std::string host;
    uint16_t port = 0;
    std::optional<mqtt::Tls> tls;
  } broker;

  delivery::SenderLimits limits;
  uint64_t outbox_quota_bytes = 0;
  std::chrono::days retention{0};          ///< settled rows stay this long
  std::chrono::days answers_retention{0};  ///< and single answers this long; 0: as long as the database
  uint64_t ballast_bytes = 0;              ///< held back on the disk

  std::filesystem::path database() const { return data_dir / "edge.db"; }
  std::filesystem::path ballast_file() const { return data_dir / "edge.ballast"; }
  std::filesystem::path admin_socket() const { return data_dir / "admin.sock"; }
  std::filesystem::path content_copies() const { return data_dir / "content"; }
  std::filesystem::path key_file() const { return data_dir / "edge.key"; }

  /// Errors: not_found, io, invalid_input with every problem, one "file:line: what" per line.
  static Result<EdgeConfig> load(const std::filesystem::path& file);
};

}  // namespace millrace::edge
