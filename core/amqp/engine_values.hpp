// Between proton's types and ours. Internal to core/amqp.
#pragma once

#include <proton/condition.h>
#include <proton/types.h>

#include "core/amqp/link.hpp"

typedef struct pn_data_t pn_data_t;

namespace millrace::amqp {

/// What the engine's tree holds; null when it is empty or not readable.
Value from_engine(pn_data_t* data);
/// Replaces the tree; a null value empties it.
void to_engine(const Value& value, pn_data_t* data);
Condition from_engine(pn_condition_t* condition);
void to_engine(const Condition& condition, pn_condition_t* to);

}  // namespace millrace::amqp
