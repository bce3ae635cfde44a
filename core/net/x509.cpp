#include "core/net/x509.hpp"

#include <openssl/err.h>

#include <algorithm>
#include <ctime>

#include <boost/asio/ip/address.hpp>

#include "core/net/authority.hpp"

namespace millrace::net {
namespace {

namespace ip = boost::asio::ip;

BioPtr reading(std::string_view text) {
  return BioPtr(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
}

}  // namespace

std::string openssl_word() {
  const auto code = ERR_get_error();
  char text[256] = "no reason given";
  if (code != 0) ERR_error_string_n(code, text, sizeof text);
  ERR_clear_error();
  return text;
}

std::vector<CertificatePtr> certificates_in(std::string_view pem) {
  const auto in = reading(pem);
  std::vector<CertificatePtr> out;
  while (auto* certificate = PEM_read_bio_X509(in.get(), nullptr, nullptr, nullptr)) {
    out.emplace_back(certificate);
  }
  // Only the end of the file is a good end.
  if (ERR_GET_REASON(ERR_peek_last_error()) != PEM_R_NO_START_LINE) out.clear();
  ERR_clear_error();
  return out;
}

KeyPtr key_in(std::string_view pem) {
  KeyPtr key(PEM_read_bio_PrivateKey(
      reading(pem).get(), nullptr, [](char*, int, int, void*) { return 0; }, nullptr));
  ERR_clear_error();
  return key;
}

WallTime time_of(const ASN1_TIME* time) {
  std::tm parts{};
  if (ASN1_TIME_to_tm(time, &parts) != 1) return {};
  return WallTime(std::chrono::seconds{timegm(&parts)});
}

std::string address_bytes(std::string_view name) {
  boost::system::error_code no_address;
  const auto address = ip::make_address(name, no_address);
  if (no_address) return {};
  if (address.is_v4()) {
    const auto bytes = address.to_v4().to_bytes();
    return {bytes.begin(), bytes.end()};
  }
  const auto bytes = address.to_v6().to_bytes();
  return {bytes.begin(), bytes.end()};
}

std::string name_of(const GENERAL_NAME& name) {
  const auto* value = name.type == GEN_DNS     ? static_cast<ASN1_STRING*>(name.d.dNSName)
                      : name.type == GEN_IPADD ? static_cast<ASN1_STRING*>(name.d.iPAddress)
                                               : nullptr;
  if (value == nullptr) return {};
  const auto* data = ASN1_STRING_get0_data(value);
  const auto size = static_cast<size_t>(ASN1_STRING_length(value));
  if (name.type == GEN_DNS) return {reinterpret_cast<const char*>(data), size};
  // In a constraint a mask of the same length follows.
  if (size == 4 || size == 8) {
    ip::address_v4::bytes_type bytes{};
    std::copy_n(data, bytes.size(), bytes.begin());
    return ip::make_address_v4(bytes).to_string();
  }
  if (size == 16 || size == 32) {
    ip::address_v6::bytes_type bytes{};
    std::copy_n(data, bytes.size(), bytes.begin());
    return ip::make_address_v6(bytes).to_string();
  }
  return {};
}

Result<CertificateFacts> read_certificates(std::string_view pem) {
  const auto all = certificates_in(pem);
  if (all.empty()) return fail(ErrorKind::invalid_input, "not a PEM file of certificates");
  auto* first = all.front().get();
  CertificateFacts facts{{time_of(X509_get0_notBefore(first)), time_of(X509_get0_notAfter(first))}, {}, {}};
  facts.chain_until = facts.valid.until;
  for (const auto& each : all) {
    facts.chain_until = std::min(facts.chain_until, time_of(X509_get0_notAfter(each.get())));
  }
  const std::unique_ptr<GENERAL_NAMES, Freed<GENERAL_NAMES_free>> names(
      static_cast<GENERAL_NAMES*>(X509_get_ext_d2i(first, NID_subject_alt_name, nullptr, nullptr)));
  for (int i = 0; names && i < sk_GENERAL_NAME_num(names.get()); ++i) {
    if (auto name = name_of(*sk_GENERAL_NAME_value(names.get(), i)); !name.empty())
      facts.names.push_back(std::move(name));
  }
  std::ranges::sort(facts.names);
  return facts;
}

}  // namespace millrace::net
