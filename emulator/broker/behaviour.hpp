// What a Service Bus does, one thing at a time, so that a test build can leave one out and show that the
// conformance suite notices. In every other build `keeps` is true for the compiler.
#pragma once

#include <cstdint>

namespace millrace::bus {

enum class Behaviour : uint8_t {
  all,  ///< nothing is left out
  abandon_counts,
  abandon_merges,
  action_copy,
  action_statements,
  address_forms,
  batch_as_a_whole,
  cancel_scheduled,
  close_frees_session,
  complete_deletes,
  correlation_case,
  correlation_every_field,
  correlation_properties,
  counts_in_runtime,
  create_conflict,
  dead_letter_lock,
  dead_letter_on_expiry,
  dead_letter_once,
  dead_letter_reason,
  dead_letter_source,
  dead_letter_stays,
  dead_letters_closed,
  dead_letters_without_sessions,
  defer_hides,
  deferred_by_number,
  deferred_in_hand,
  deferred_of_session,
  deferred_stays,
  delivery_count,
  disabled_subscription,
  drain,
  duplicate_detection,
  duplicate_window,
  end_receivers,
  entity_time_to_live,
  exclusive_sessions,
  expiry_counts,
  first_in_first_out,
  for_good,
  id_characters,
  id_length,
  list_pages,
  lock_expiry,
  lock_outlives_link,
  locked_lives_on,
  max_deliveries,
  max_message_size,
  message_lock,
  message_size,
  null_session,
  oldest_session,
  partition_key,
  partition_key_scheduled,
  peek_from_number,
  peek_omits_body,
  peek_session,
  receive_deletes,
  receive_disabled,
  renew_lock,
  renew_session,
  rights,
  rule_conflict,
  rule_name,
  rules,
  rules_paged,
  scheduled_duplicates,
  scheduling,
  send_disabled,
  session_expiry,
  session_holder,
  session_id_on_send,
  session_state,
  sessions_paged,
  sessions_required,
  sql_in,
  sql_is_null,
  sql_like,
  sql_like_characters,
  sql_names_without_case,
  sql_unknown,
  time_to_live,
  time_to_live_told,
  token_expiry,
  update,
};

#ifdef MILLRACE_BEHAVIOURS
/// What this process leaves out: the name in MILLRACE_BUS_WITHOUT.
Behaviour left_out();
inline bool keeps(Behaviour behaviour) {
  return behaviour != left_out();
}
#else
constexpr bool keeps(Behaviour /*behaviour*/) {
  return true;
}
#endif

}  // namespace millrace::bus
