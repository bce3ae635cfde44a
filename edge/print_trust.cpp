#include "edge/print_trust.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "core/base/crypto.hpp"

namespace millrace::edge {
namespace {

/// AB:CD:…, as browsers show it.
std::string fingerprint(BytesView der) {
  std::string out;
  for (const auto byte : sha256(der)) out += fmt::format("{}{:02X}", out.empty() ? "" : ":", byte);
  return out;
}

constexpr auto kText =
    R"(The HTTPS authority of the box {edge} at {site}. It can vouch for this box and for nothing else.

SHA-256 fingerprint: {fingerprint}
Good until {until}. The box: https://{name}:{port}/
Kiosks may call it {names}. Is one missing? Set http.names first.

Save all of this as {file} (its private key is not in it), carry it to each kiosk, and compare the fingerprint there:
  openssl x509 -in {file} -noout -fingerprint -sha256

Chromium on Linux, for one user (package libnss3-tools); from Chromium 146 on, a new user's folder is .local/share/pki/nssdb:
  mkdir -p ~/.pki/nssdb
  certutil -d sql:"$HOME"/.pki/nssdb -A -t C,, -n "{file}" -i {file}

Chromium on Linux, for all users of the machine: this as /etc/chromium/policies/managed/millrace.json (Google Chrome:
/etc/opt/chrome/policies/managed/millrace.json)
  {{"CACertificates": ["{der}"]}}

Windows (Chrome, Edge), as administrator; by group policy: Public Key Policies, Trusted Root Certification Authorities:
  certutil -addstore -f Root {file}

)";

}  // namespace

Result<std::string> trust_text(const EdgeConfig& config, const OwnCertificate& own) {
  const auto der = own.authority().certificate_der();
  const auto pem = own.authority().certificate();
  if (!der) return std::unexpected(der.error());
  if (!pem) return std::unexpected(pem.error());
  const auto& name = config.http.names.empty() ? config.http.address : config.http.names.front();
  return fmt::format(kText, fmt::arg("edge", config.place.edge), fmt::arg("site", config.place.site),
                     fmt::arg("fingerprint", fingerprint(*der)),
                     fmt::arg("until", rfc3339(own.authority().valid().until).substr(0, 10)),
                     fmt::arg("name", name.contains(':') ? "[" + name + "]" : name),
                     fmt::arg("names", fmt::join(own.names(), ", ")), fmt::arg("port", config.http.port),
                     fmt::arg("file", fmt::format("{}-{}.crt", config.place.site, config.place.edge)),
                     fmt::arg("der", base64(*der))) +
         *pem;
}

}  // namespace millrace::edge
