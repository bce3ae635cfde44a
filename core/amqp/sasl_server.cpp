#include "core/amqp/sasl_server.hpp"

#include <proton/sasl.h>
#include <proton/sasl_plugin.h>

#include <optional>
#include <string_view>

namespace millrace::amqp {
namespace {

// In the service's order: clients take the first that they know.
constexpr const char* kMechanisms = "MSSBCBS PLAIN ANONYMOUS";

struct UserAndPassword {
  std::string_view user;
  std::string_view password;
};

/// RFC 4616: authorisation identity, NUL, user, NUL, password.
std::optional<UserAndPassword> read_plain(std::string_view message) {
  const auto first = message.find('\0');
  const auto second = first == std::string_view::npos ? first : message.find('\0', first + 1);
  const bool good = second != std::string_view::npos && second > first + 1 &&
                    message.find('\0', second + 1) == std::string_view::npos;
  if (!good) return {};
  return UserAndPassword{message.substr(first + 1, second - first - 1), message.substr(second + 1)};
}

bool admits(const PlainCheck& check, std::string_view mechanism, std::string_view message) {
  if (mechanism != "PLAIN") return true;
  const auto given = read_plain(message);
  return given && (!check || check(given->user, given->password));
}

void process_init(pn_transport_t* transport, const char* mechanism, const pn_bytes_t* message) {
  const auto& check = *static_cast<const PlainCheck*>(pnx_sasl_get_context(transport));
  if (admits(check, mechanism, {message->start, message->size})) {
    pnx_sasl_set_succeeded(transport, "anybody", nullptr);
  } else {
    pnx_sasl_set_failed(transport);
  }
  pnx_sasl_set_desired_state(transport, SASL_POSTED_OUTCOME);
}

constexpr pnx_sasl_implementation kServer{
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

void serve_sasl(pn_transport_t* transport, const PlainCheck& check) {
  pn_sasl_allowed_mechs(pn_sasl(transport), kMechanisms);
  // The engine hands the context back as it got it; nothing is written through it.
  pnx_sasl_set_implementation(transport, &kServer, const_cast<PlainCheck*>(&check));
}

}  // namespace millrace::amqp
