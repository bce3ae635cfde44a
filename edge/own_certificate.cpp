#include "edge/own_certificate.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "core/base/files.hpp"

namespace millrace::edge {
namespace {

namespace fs = std::filesystem;

constexpr size_t kMostOwnPemBytes = 64UL * 1024;
constexpr unsigned kForTheDaemonAlone = 0600;
/// Older than this program: a box that starts with a wrong clock still makes something that is good.
constexpr WallTime kProgramsTime{std::chrono::sys_days{std::chrono::year{2026} / 1 / 1}};
/// Whoever sits at the box itself calls it so.
constexpr std::string_view kLocalNames[] = {"localhost", "127.0.0.1", "::1"};

fs::path authority_file(const fs::path& folder) {
  return folder / "https-ca.pem";
}

fs::path server_file_in(const fs::path& folder) {
  return folder / "https-server.pem";
}

bool is_there(const fs::path& file) {
  std::error_code unsure;  // then reading it says what is wrong
  return fs::exists(file, unsure) || unsure;
}

Result<net::Authority> read_authority(const fs::path& file) {
  const auto text = read_file(file, kMostOwnPemBytes);
  if (!text) return std::unexpected(text.error());
  auto authority = net::Authority::read(*text);
  if (authority) return authority;
  return fail(
      ErrorKind::invalid_input,
      fmt::format("{}: {}. Restore it from the backup; or move it away, and the box makes another, which "
                  "every kiosk has to trust anew (--print-trust)",
                  file.string(), authority.error().message));
}

struct Server {
  std::string pem;
  net::CertificateFacts facts;
};

Result<Server> read_server(const fs::path& file) {
  auto text = read_file(file, kMostOwnPemBytes);
  if (!text) return std::unexpected(text.error());
  auto facts = net::read_certificates(*text);
  if (facts) return Server{std::move(*text), std::move(*facts)};
  return fail(ErrorKind::invalid_input,
              fmt::format("{}: {}. Move it away, and the box makes another; kiosks notice nothing",
                          file.string(), facts.error().message));
}

Result<net::Authority> make_authority(const fs::path& file, const std::string& title,
                                      const std::vector<std::string>& names, WallTime now) {
  auto authority =
      net::Authority::make(title, names, {kProgramsTime, std::max(now, kProgramsTime) + kAuthorityLasts});
  if (!authority) return authority;
  const auto text = authority->pem();
  if (!text) return std::unexpected(text.error());
  if (auto written = write_file_durably(file, as_bytes(*text), kForTheDaemonAlone); !written)
    return std::unexpected(written.error());
  return authority;
}

}  // namespace

OwnCertificate::OwnCertificate(fs::path folder, net::Authority authority,
                               const std::vector<std::string>& names)
    : folder_(std::move(folder)), authority_(std::move(authority)) {
  for (const auto& name : names) (authority_.covers(name) ? names_ : uncovered_).push_back(name);
}

Result<OwnCertificate> OwnCertificate::open(const fs::path& folder, const std::string& title,
                                            std::vector<std::string> names, WallTime now) {
  std::error_code failed;
  fs::create_directories(folder, failed);  // writing into it says what is wrong
  names.insert(names.end(), std::begin(kLocalNames), std::end(kLocalNames));
  std::ranges::sort(names);
  names.erase(std::ranges::unique(names).begin(), names.end());
  const auto file = authority_file(folder);
  auto authority = is_there(file) ? read_authority(file) : make_authority(file, title, names, now);
  if (!authority) return std::unexpected(authority.error());
  OwnCertificate own(folder, std::move(*authority), names);
  if (own.names_.empty()) {
    return fail(ErrorKind::invalid_input,
                fmt::format("{}: is for no name of this box. Move it away, and the box makes another, which "
                            "every kiosk has to trust anew (--print-trust)",
                            file.string()));
  }
  if (auto loaded = own.load(now); !loaded) return std::unexpected(loaded.error());
  return own;
}

Result<> OwnCertificate::check(const fs::path& folder) {
  if (const auto file = authority_file(folder); is_there(file)) {
    if (const auto read = read_authority(file); !read) return std::unexpected(read.error());
  }
  if (const auto file = server_file_in(folder); is_there(file)) {
    if (const auto read = read_server(file); !read) return std::unexpected(read.error());
  }
  return {};
}

fs::path OwnCertificate::server_file() const {
  return server_file_in(folder_);
}

Result<> OwnCertificate::load(WallTime now) {
  if (is_there(server_file())) {
    auto read = read_server(server_file());
    if (!read) return std::unexpected(read.error());
    if (authority_.issued(read->pem)) facts_ = std::move(read->facts);
  }
  auto renewed = renew(now);
  // One that is good a while longer is served; the gateway tries again.
  if (renewed || !facts_.names.empty()) return {};
  return std::unexpected(renewed.error());
}

bool OwnCertificate::is_due(WallTime now) const {
  if (facts_.names != names_ || now < facts_.valid.from) return true;
  // At the authority's end a new one would last no longer.
  return facts_.valid.until < std::min(now + kRenewBefore, authority_.valid().until);
}

Result<bool> OwnCertificate::renew(WallTime now) {
  now = std::max(now, kProgramsTime);
  if (!is_due(now)) return false;
  const auto until = std::min(now + kCertificateLasts, authority_.valid().until);
  const auto made = authority_.issue(names_, {now - kGoodSince, until});
  if (!made) return std::unexpected(made.error());
  auto facts = net::read_certificates(*made);
  if (!facts) return std::unexpected(facts.error());
  if (auto written = write_file_durably(server_file(), as_bytes(*made), kForTheDaemonAlone); !written)
    return std::unexpected(written.error());
  facts_ = std::move(*facts);
  return true;
}

}  // namespace millrace::edge
