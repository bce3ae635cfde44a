// Certificates, made when they are needed.
#pragma once

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <filesystem>
#include <string>

#include "tests/support/temp_folder.hpp"

namespace millrace::test {

/// Good for one hour and for the given subject alternative names ("DNS:localhost", "IP:127.0.0.1"); without
/// any it is an authority. Signed by `issuer`, or by itself. The files go away with it.
class Certificate {
 public:
  explicit Certificate(const std::string& names, const Certificate* issuer = nullptr) {
    auto* key = EVP_EC_gen("P-256");
    auto* made = X509_new();
    X509_set_version(made, 2);
    ASN1_INTEGER_set(X509_get_serialNumber(made), issuer == nullptr ? 1 : 2);
    X509_gmtime_adj(X509_getm_notBefore(made), -60);
    X509_gmtime_adj(X509_getm_notAfter(made), 3'600);
    X509_set_pubkey(made, key);
    X509_NAME_add_entry_by_txt(
        X509_get_subject_name(made), "CN", MBSTRING_ASC,
        reinterpret_cast<const unsigned char*>(names.empty() ? "authority" : "millrace test"), -1, -1, 0);
    extend(made, names.empty() ? NID_basic_constraints : NID_subject_alt_name,
           names.empty() ? "CA:TRUE" : names);
    sign(made, key, issuer);
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
  static void extend(X509* made, int kind, const std::string& value) {
    auto* extension = X509V3_EXT_conf_nid(nullptr, nullptr, kind, value.c_str());
    X509_add_ext(made, extension, -1);
    X509_EXTENSION_free(extension);
  }
  static void sign(X509* made, EVP_PKEY* key, const Certificate* issuer) {
    if (issuer == nullptr) {
      X509_set_issuer_name(made, X509_get_subject_name(made));
      X509_sign(made, key, EVP_sha256());
      return;
    }
    auto* in = std::fopen(issuer->certificate().c_str(), "r");
    auto* above = PEM_read_X509(in, nullptr, nullptr, nullptr);
    std::fclose(in);
    in = std::fopen(issuer->key_file().c_str(), "r");
    auto* with = PEM_read_PrivateKey(in, nullptr, nullptr, nullptr);
    std::fclose(in);
    X509_set_issuer_name(made, X509_get_subject_name(above));
    X509_sign(made, with, EVP_sha256());
    X509_free(above);
    EVP_PKEY_free(with);
  }

  TempFolder folder_;
};

}  // namespace millrace::test
