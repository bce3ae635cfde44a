// The broker as it is at the start.
#pragma once

#include <memory>

#include "emulator/store/bus_store.hpp"

namespace millrace::bus {

/// A broker with the entities and messages of the store, after it has followed the file: an entity that the
/// file names for the first time, or describes otherwise than the last time, becomes what the file says; all
/// others stay as administration left them. A queue that became a topic, or the other way round, is made
/// anew. Writes what changed. Errors: io, no_space, corrupt.
Result<std::unique_ptr<Broker>> load_broker(BusStore& store, const Definitions& file, WallTime now,
                                            TokenSource new_token, Broker::ReadAgain read_again,
                                            Broker::Rewrite rewrite);

}  // namespace millrace::bus
