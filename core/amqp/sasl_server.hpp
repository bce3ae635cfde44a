// The server's side of SASL. Internal to core/amqp.
#pragma once

#include <functional>
#include <string_view>

typedef struct pn_transport_t pn_transport_t;

namespace millrace::amqp {

/// Whether this user may come in with this password.
using PlainCheck = std::function<bool(std::string_view user, std::string_view password)>;

/// Offers what Service Bus offers and takes whoever asks: MSSBCBS (as .NET clients do; it is ANONYMOUS by
/// another name, what they may do is told to `$cbs`), ANONYMOUS, and PLAIN with any password unless `check`
/// is set. The engine knows only ANONYMOUS. Call it before the first byte; `check` must outlive the
/// transport.
void serve_sasl(pn_transport_t* transport, const PlainCheck& check);

}  // namespace millrace::amqp
