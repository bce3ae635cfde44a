// The server's side of SASL. Internal to core/amqp.
#pragma once

typedef struct pn_transport_t pn_transport_t;

namespace millrace::amqp {

/// Offers what Service Bus offers and takes whoever asks: MSSBCBS (as .NET clients do; it is ANONYMOUS by
/// another name, what they may do is told to `$cbs`), PLAIN with any password, and ANONYMOUS. The engine
/// knows only the last. Call it before the first byte.
void admit_everybody(pn_transport_t* transport);

}  // namespace millrace::amqp
