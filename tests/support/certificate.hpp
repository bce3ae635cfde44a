// A self-signed certificate, made when it is needed.
#pragma once

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <filesystem>
#include <string>

#include "tests/support/temp_folder.hpp"

namespace millrace::test {

/// Good for one hour and for the given subject alternative names ("DNS:localhost", "IP:127.0.0.1"). The files
/// go away with it.
class Certificate {
 public:
  explicit Certificate(const std::string& names) {
    auto* key = EVP_EC_gen("P-256");
    auto* made = X509_new();
    X509_set_version(made, 2);
    ASN1_INTEGER_set(X509_get_serialNumber(made), 1);
    X509_gmtime_adj(X509_getm_notBefore(made), -60);
    X509_gmtime_adj(X509_getm_notAfter(made), 3'600);
    X509_set_pubkey(made, key);
    X509_NAME_add_entry_by_txt(X509_get_subject_name(made), "CN", MBSTRING_ASC,
                               reinterpret_cast<const unsigned char*>("millrace test"), -1, -1, 0);
    X509_set_issuer_name(made, X509_get_subject_name(made));
    auto* alternatives = X509V3_EXT_conf_nid(nullptr, nullptr, NID_subject_alt_name, names.c_str());
    X509_add_ext(made, alternatives, -1);
    X509_EXTENSION_free(alternatives);
    X509_sign(made, key, EVP_sha256());
    auto* out = std::fopen(certificate().c_str(), "w");
    PEM_write_X509(out, made);
    std::fclose(out);
    out = std::fopen(key_file().c_str(), "w");
    PEM_write_PrivateKey(out, key, nullptr, nullptr, 0, nullptr, nullptr);
    std::fclose(out);
    X509_free(made);
    EVP_PKEY_free(key);
  }
  std::filesystem::path certificate() const { return folder_.path() / "certificate.pem"; }
  std::filesystem::path key_file() const { return folder_.path() / "key.pem"; }

 private:
  TempFolder folder_;
};

}  // namespace millrace::test
