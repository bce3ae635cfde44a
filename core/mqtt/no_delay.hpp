// Small packets at once.
#pragma once

#include <cstdint>

namespace millrace::mqtt {

/// Turns off Nagle's algorithm on this process's TCP connections to that port. Paho 1.3.12 neither does so
/// nor gives its socket away, and with it each round of publishes waits 40 ms for the broker's delayed
/// acknowledgement (measured: 440 messages a second instead of thousands). Setting it on a socket of someone
/// else that happens to go to the same port does no harm. Any thread.
void send_small_packets_at_once(uint16_t peer_port);

}  // namespace millrace::mqtt
