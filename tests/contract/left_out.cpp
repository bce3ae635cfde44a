// Which behaviour this run leaves out.
#include <cstdlib>
#include <map>
#include <string_view>

#include <fmt/format.h>

#include "emulator/broker/behaviour.hpp"

namespace millrace::bus {
namespace {

#define NAMED(name) {#name, Behaviour::name}
const std::map<std::string_view, Behaviour> kByName{
    NAMED(all),
    NAMED(abandon_counts),
    NAMED(abandon_merges),
    NAMED(action_bounds),
    NAMED(action_copy),
    NAMED(action_statements),
    NAMED(address_forms),
    NAMED(batch_as_a_whole),
    NAMED(cancel_scheduled),
    NAMED(close_counts_nothing),
    NAMED(close_frees_session),
    NAMED(complete_deletes),
    NAMED(correlation_case),
    NAMED(correlation_every_field),
    NAMED(correlation_properties),
    NAMED(counts_in_runtime),
    NAMED(create_conflict),
    NAMED(dead_letter_description),
    NAMED(dead_letter_lock),
    NAMED(dead_letter_on_expiry),
    NAMED(dead_letter_once),
    NAMED(dead_letter_reason),
    NAMED(dead_letter_source),
    NAMED(dead_letter_stays),
    NAMED(dead_letters_closed),
    NAMED(dead_letters_without_sessions),
    NAMED(defer_hides),
    NAMED(defer_merges),
    NAMED(deferred_by_number),
    NAMED(deferred_in_hand),
    NAMED(deferred_of_session),
    NAMED(deferred_stays),
    NAMED(delivery_count),
    NAMED(disabled_subscription),
    NAMED(drain),
    NAMED(duplicate_detection),
    NAMED(duplicate_window),
    NAMED(empty_sessions),
    NAMED(end_receivers),
    NAMED(enqueued_told),
    NAMED(entity_time_to_live),
    NAMED(exclusive_locks),
    NAMED(exclusive_sessions),
    NAMED(expiry_counts),
    NAMED(first_in_first_out),
    NAMED(for_good),
    NAMED(id_characters),
    NAMED(id_length),
    NAMED(list_pages),
    NAMED(lock_bounds),
    NAMED(lock_expiry),
    NAMED(lock_outlives_link),
    NAMED(lock_told),
    NAMED(locked_lives_on),
    NAMED(max_deliveries),
    NAMED(max_message_size),
    NAMED(message_lock),
    NAMED(message_size),
    NAMED(missing_entities),
    NAMED(name_characters),
    NAMED(names_without_case),
    NAMED(next_session_timeout),
    NAMED(next_session_waits),
    NAMED(next_skips_locked),
    NAMED(null_session),
    NAMED(numbers_by_one),
    NAMED(oldest_session),
    NAMED(one_copy),
    NAMED(partition_key),
    NAMED(partition_key_scheduled),
    NAMED(partition_key_told),
    NAMED(peek_deferred),
    NAMED(peek_from_number),
    NAMED(peek_locked),
    NAMED(peek_omits_body),
    NAMED(peek_scheduled),
    NAMED(peek_session),
    NAMED(receive_deletes),
    NAMED(receive_disabled),
    NAMED(removed_messages),
    NAMED(renew_lock),
    NAMED(renew_session),
    NAMED(rights),
    NAMED(rule_conflict),
    NAMED(rule_missing),
    NAMED(rule_name),
    NAMED(rules),
    NAMED(rules_paged),
    NAMED(scheduled_duplicates),
    NAMED(scheduled_number),
    NAMED(scheduled_time),
    NAMED(scheduling),
    NAMED(send_disabled),
    NAMED(session_covers_later),
    NAMED(session_expiry),
    NAMED(session_holder),
    NAMED(session_id_on_send),
    NAMED(session_lock_told),
    NAMED(session_state),
    NAMED(session_state_own),
    NAMED(sessions_paged),
    NAMED(sessions_required),
    NAMED(sql_arithmetic),
    NAMED(sql_booleans),
    NAMED(sql_brackets),
    NAMED(sql_comparison),
    NAMED(sql_escape),
    NAMED(sql_exists),
    NAMED(sql_in),
    NAMED(sql_is_null),
    NAMED(sql_like),
    NAMED(sql_like_characters),
    NAMED(sql_names_without_case),
    NAMED(sql_not_like),
    NAMED(sql_precedence),
    NAMED(sql_quote),
    NAMED(sql_syntax),
    NAMED(sql_system),
    NAMED(sql_unknown),
    NAMED(status_disabled),
    NAMED(time_to_live),
    NAMED(time_to_live_told),
    NAMED(token_expiry),
    NAMED(token_lapse),
    NAMED(topic_receivers),
    NAMED(update),
};
#undef NAMED

Behaviour read_environment() {
  const char* name = std::getenv("MILLRACE_BUS_WITHOUT");
  if (name == nullptr) return Behaviour::all;
  const auto found = kByName.find(name);
  if (found != kByName.end()) return found->second;
  fmt::print(stderr, "MILLRACE_BUS_WITHOUT: '{}' is no behaviour\n", name);
  std::exit(2);
}

}  // namespace

Behaviour left_out() {
  static const Behaviour behaviour = read_environment();
  return behaviour;
}

}  // namespace millrace::bus
