// OpenSSL's certificates, owned. For the .cpp files of this folder.
#pragma once

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/clock.hpp"
#include "core/base/result.hpp"

namespace millrace::net {

template <auto free>
struct Freed {
  template <class T>
  void operator()(T* held) const {
    free(held);
  }
};
using CertificatePtr = std::unique_ptr<X509, Freed<X509_free>>;
using KeyPtr = std::unique_ptr<EVP_PKEY, Freed<EVP_PKEY_free>>;
using BioPtr = std::unique_ptr<BIO, Freed<BIO_free_all>>;

/// What OpenSSL says went wrong, and forgets.
std::string openssl_word();

/// The file's certificates, in order; empty when there is none, or one is damaged.
std::vector<CertificatePtr> certificates_in(std::string_view pem);
/// The first private key; null when there is none that can be read.
KeyPtr key_in(std::string_view pem);

WallTime time_of(const ASN1_TIME* time);
/// The address's bytes, 4 or 16; empty for a name.
std::string address_bytes(std::string_view name);
/// A host name or an address as it is written, from the general name in a certificate; empty for another
/// kind.
std::string name_of(const GENERAL_NAME& name);

}  // namespace millrace::net
