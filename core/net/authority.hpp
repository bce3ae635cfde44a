// Certificates of the box's own making: an authority that can vouch for this box alone, and what it vouches
// for.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/bytes.hpp"
#include "core/base/clock.hpp"
#include "core/base/result.hpp"

namespace millrace::net {

struct Validity {
  WallTime from;
  WallTime until;  ///< the last second in which it is good
};

/// What a PEM file of certificates says of its first one.
struct CertificateFacts {
  Validity valid;
  std::vector<std::string> names;  ///< host names and addresses, ascending
  WallTime chain_until;            ///< when the first of the file's certificates runs out
};
/// Errors: invalid_input.
Result<CertificateFacts> read_certificates(std::string_view pem);

/// A certificate authority with its key (ECDSA, P-256). It cannot make authorities, and is believed for its
/// own names only: whoever steals it can pretend to be this box and nothing else. One thread.
class Authority {
 public:
  /// `names` are host names and addresses. Errors: internal, with OpenSSL's word.
  static Result<Authority> make(const std::string& title, const std::vector<std::string>& names,
                                const Validity& valid);
  /// Reads what `pem` wrote. Errors: invalid_input.
  static Result<Authority> read(std::string_view pem);

  Authority(Authority&&) noexcept;
  Authority& operator=(Authority&&) noexcept;
  ~Authority();

  /// Key and certificate: as secret as the key.
  Result<std::string> pem() const;
  /// What a client has to trust.
  Result<std::string> certificate() const;
  Result<Bytes> certificate_der() const;
  Validity valid() const;
  bool covers(std::string_view name) const;

  /// A new key, and a server certificate over it for names that are covered, followed by the authority's
  /// certificate, as PEM. Errors: internal.
  Result<std::string> issue(const std::vector<std::string>& names, const Validity& valid) const;
  /// Whether the first certificate of the file was issued by this authority, and the file holds its key.
  bool issued(std::string_view pem) const;

 private:
  struct Parts;
  explicit Authority(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

}  // namespace millrace::net
