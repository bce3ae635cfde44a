#include "core/net/authority.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "core/base/crypto.hpp"
#include "core/net/x509.hpp"

namespace millrace::net {
namespace {

constexpr size_t kSerialBytes = 16;
/// RFC 5280, ub-common-name. What a certificate is for stands in its other name.
constexpr size_t kMostTitleBytes = 64;

bool add_extension(X509* made, X509* issuer, int kind, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx_nodb(&context);
  X509V3_set_ctx(&context, issuer, made, nullptr, nullptr, 0);
  auto* extension = X509V3_EXT_conf_nid(nullptr, &context, kind, value.c_str());
  if (extension == nullptr) return false;
  const bool added = X509_add_ext(made, extension, -1) == 1;
  X509_EXTENSION_free(extension);
  return added;
}

/// Positive, as RFC 5280 wants it, and never used before.
bool set_serial(X509* made) {
  std::array<uint8_t, kSerialBytes> bytes{};
  random_bytes(bytes);
  bytes[0] = (bytes[0] & 0x3f) | 0x40;
  const std::unique_ptr<BIGNUM, Freed<BN_free>> number(BN_bin2bn(bytes.data(), bytes.size(), nullptr));
  return number && BN_to_ASN1_INTEGER(number.get(), X509_get_serialNumber(made)) != nullptr;
}

bool set_time(ASN1_TIME* to, WallTime time) {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(time).time_since_epoch().count();
  return ASN1_TIME_set(to, static_cast<time_t>(seconds)) != nullptr;
}

/// Everything but issuer, extensions and signature.
CertificatePtr begin(const std::string& title, EVP_PKEY* key, const Validity& valid) {
  CertificatePtr made(X509_new());
  if (!made || X509_set_version(made.get(), X509_VERSION_3) != 1 || !set_serial(made.get()) ||
      !set_time(X509_getm_notBefore(made.get()), valid.from) ||
      !set_time(X509_getm_notAfter(made.get()), valid.until) || X509_set_pubkey(made.get(), key) != 1 ||
      X509_NAME_add_entry_by_txt(X509_get_subject_name(made.get()), "CN", MBSTRING_UTF8,
                                 reinterpret_cast<const unsigned char*>(title.data()),
                                 static_cast<int>(std::min(title.size(), kMostTitleBytes)), -1, 0) != 1) {
    return nullptr;
  }
  return made;
}

/// As OpenSSL's configuration writes a list of names.
std::string list_of(const std::vector<std::string>& names, std::string_view before, bool masks) {
  std::vector<std::string> out;
  for (const auto& name : names) {
    const auto address = address_bytes(name);
    if (address.empty()) {
      out.push_back(fmt::format("{}DNS:{}", before, name));
    } else if (!masks) {
      out.push_back(fmt::format("{}IP:{}", before, name));
    } else {
      const auto* all_ones =
          address.size() == 4 ? "255.255.255.255" : "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff";
      out.push_back(fmt::format("{}IP:{}/{}", before, name, all_ones));
    }
  }
  return fmt::format("{}", fmt::join(out, ","));
}

template <class Write>
Result<std::string> written(Write write) {
  const BioPtr out(BIO_new(BIO_s_mem()));
  if (!out || !write(out.get())) return fail(ErrorKind::internal, openssl_word());
  char* data = nullptr;
  const auto size = BIO_get_mem_data(out.get(), &data);
  return std::string(data, static_cast<size_t>(size));
}

bool write_key(BIO* out, EVP_PKEY* key) {
  return PEM_write_bio_PrivateKey(out, key, nullptr, nullptr, 0, nullptr, nullptr) == 1;
}

std::unexpected<Error> not_made() {
  return fail(ErrorKind::internal, "cannot make a certificate: " + openssl_word());
}

}  // namespace

struct Authority::Parts {
  KeyPtr key;
  CertificatePtr certificate;
  std::vector<std::string> names;  // that it is believed for

  /// From the certificate, so that what was made long ago says it too.
  void read_names() {
    const std::unique_ptr<NAME_CONSTRAINTS, Freed<NAME_CONSTRAINTS_free>> constraints(
        static_cast<NAME_CONSTRAINTS*>(
            X509_get_ext_d2i(certificate.get(), NID_name_constraints, nullptr, nullptr)));
    const auto* permitted = constraints ? constraints->permittedSubtrees : nullptr;
    for (int i = 0; permitted != nullptr && i < sk_GENERAL_SUBTREE_num(permitted); ++i) {
      names.push_back(name_of(*sk_GENERAL_SUBTREE_value(permitted, i)->base));
    }
  }
};

Authority::Authority(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
Authority::Authority(Authority&&) noexcept = default;
Authority& Authority::operator=(Authority&&) noexcept = default;
Authority::~Authority() = default;

Result<Authority> Authority::make(const std::string& title, const std::vector<std::string>& names,
                                  const Validity& valid) {
  auto parts = std::make_unique<Parts>();
  parts->key.reset(EVP_EC_gen("P-256"));
  if (!parts->key) return not_made();
  parts->certificate = begin(title, parts->key.get(), valid);
  auto* made = parts->certificate.get();
  if (made == nullptr || X509_set_issuer_name(made, X509_get_subject_name(made)) != 1 ||
      !add_extension(made, made, NID_basic_constraints, "critical,CA:TRUE,pathlen:0") ||
      !add_extension(made, made, NID_key_usage, "critical,keyCertSign") ||
      !add_extension(made, made, NID_ext_key_usage, "serverAuth") ||
      !add_extension(made, made, NID_name_constraints, "critical," + list_of(names, "permitted;", true)) ||
      !add_extension(made, made, NID_subject_key_identifier, "hash") ||
      X509_sign(made, parts->key.get(), EVP_sha256()) == 0) {
    return not_made();
  }
  parts->read_names();
  return Authority(std::move(parts));
}

Result<Authority> Authority::read(std::string_view pem) {
  auto parts = std::make_unique<Parts>();
  auto certificates = certificates_in(pem);
  parts->key = key_in(pem);
  if (certificates.size() != 1 || !parts->key ||
      X509_check_private_key(certificates.front().get(), parts->key.get()) != 1) {
    return fail(ErrorKind::invalid_input, "does not hold a private key and its certificate");
  }
  parts->certificate = std::move(certificates.front());
  parts->read_names();
  return Authority(std::move(parts));
}

Result<std::string> Authority::pem() const {
  return written([&](BIO* out) {
    return write_key(out, parts_->key.get()) && PEM_write_bio_X509(out, parts_->certificate.get()) == 1;
  });
}

Result<std::string> Authority::certificate() const {
  return written([&](BIO* out) { return PEM_write_bio_X509(out, parts_->certificate.get()) == 1; });
}

Result<Bytes> Authority::certificate_der() const {
  const auto text = written([&](BIO* out) { return i2d_X509_bio(out, parts_->certificate.get()) == 1; });
  if (!text) return std::unexpected(text.error());
  const auto bytes = as_bytes(*text);
  return Bytes(bytes.begin(), bytes.end());
}

Validity Authority::valid() const {
  return {time_of(X509_get0_notBefore(parts_->certificate.get())),
          time_of(X509_get0_notAfter(parts_->certificate.get()))};
}

bool Authority::covers(std::string_view name) const {
  const auto address = address_bytes(name);
  return std::ranges::any_of(parts_->names, [&](const std::string& known) {
    return address.empty() ? known == name : address_bytes(known) == address;
  });
}

Result<std::string> Authority::issue(const std::vector<std::string>& names, const Validity& valid) const {
  const KeyPtr key(EVP_EC_gen("P-256"));
  if (!key) return not_made();
  const auto certificate = begin(names.front(), key.get(), valid);
  auto* made = certificate.get();
  auto* above = parts_->certificate.get();
  if (made == nullptr || X509_set_issuer_name(made, X509_get_subject_name(above)) != 1 ||
      !add_extension(made, above, NID_basic_constraints, "critical,CA:FALSE") ||
      !add_extension(made, above, NID_key_usage, "critical,digitalSignature") ||
      !add_extension(made, above, NID_ext_key_usage, "serverAuth") ||
      !add_extension(made, above, NID_subject_alt_name, list_of(names, "", false)) ||
      !add_extension(made, above, NID_subject_key_identifier, "hash") ||
      !add_extension(made, above, NID_authority_key_identifier, "keyid:always") ||
      X509_sign(made, parts_->key.get(), EVP_sha256()) == 0) {
    return not_made();
  }
  return written([&](BIO* out) {
    return write_key(out, key.get()) && PEM_write_bio_X509(out, made) == 1 &&
           PEM_write_bio_X509(out, above) == 1;
  });
}

bool Authority::issued(std::string_view pem) const {
  const auto certificates = certificates_in(pem);
  const auto key = key_in(pem);
  return !certificates.empty() && key && X509_check_private_key(certificates.front().get(), key.get()) == 1 &&
         X509_verify(certificates.front().get(), parts_->key.get()) == 1;
}

}  // namespace millrace::net
