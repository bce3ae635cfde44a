#include "core/amqp/sasl_server.hpp"

#include <proton/sasl.h>
#include <proton/sasl_plugin.h>

#include <string_view>

namespace millrace::amqp {
namespace {

// In the service's order: clients take the first that they know.
constexpr const char* kMechanisms = "MSSBCBS PLAIN ANONYMOUS";

/// RFC 4616: authorisation identity, NUL, user, NUL, password.
bool is_plain(std::string_view message) {
  const auto first = message.find('\0');
  const auto second = first == std::string_view::npos ? first : message.find('\0', first + 1);
  return second != std::string_view::npos && second > first + 1 &&
         message.find('\0', second + 1) == std::string_view::npos;
}

void process_init(pn_transport_t* transport, const char* mechanism, const pn_bytes_t* message) {
  const bool plain = std::string_view(mechanism) == "PLAIN";
  if (plain && !is_plain({message->start, message->size})) {
    pnx_sasl_set_failed(transport);
  } else {
    pnx_sasl_set_succeeded(transport, "anybody", nullptr);
  }
  pnx_sasl_set_desired_state(transport, SASL_POSTED_OUTCOME);
}

constexpr pnx_sasl_implementation kAdmitEverybody{
    .free = [](pn_transport_t*) {},
    .list_mechanisms = [](pn_transport_t*) { return kMechanisms; },
    .init_server =
        [](pn_transport_t* transport) {
          pnx_sasl_set_desired_state(transport, SASL_POSTED_MECHANISMS);
          return true;
        },
    .init_client = [](pn_transport_t*) { return false; },
    .prepare_write = [](pn_transport_t*) {},
    .process_init = process_init,
    // No mechanism of ours asks back.
    .process_response = [](pn_transport_t* transport, const pn_bytes_t*) { pnx_sasl_set_failed(transport); },
    .process_mechanisms = [](pn_transport_t*, const char*) { return false; },
    .process_challenge = [](pn_transport_t*, const pn_bytes_t*) {},
    .process_outcome = [](pn_transport_t*, const pn_bytes_t*) {},
    .can_encrypt = [](pn_transport_t*) { return false; },
    .max_encrypt_size = [](pn_transport_t*) { return ssize_t{0}; },
    .encode = [](pn_transport_t*, pn_bytes_t, pn_bytes_t*) { return ssize_t{0}; },
    .decode = [](pn_transport_t*, pn_bytes_t, pn_bytes_t*) { return ssize_t{0}; },
};

}  // namespace

void admit_everybody(pn_transport_t* transport) {
  pn_sasl_allowed_mechs(pn_sasl(transport), kMechanisms);
  pnx_sasl_set_implementation(transport, &kAdmitEverybody, nullptr);
}

}  // namespace millrace::amqp
