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
    NAMED(action_copy),
    NAMED(action_statements),
    NAMED(address_forms),
    NAMED(batch_as_a_whole),
    NAMED(cancel_scheduled),
    NAMED(close_frees_session),
    NAMED(complete_deletes),
    NAMED(correlation_case),
    NAMED(correlation_every_field),
    NAMED(correlation_properties),
    NAMED(counts_in_runtime),
    NAMED(create_conflict),
    NAMED(dead_letter_lock),
    NAMED(dead_letter_on_expiry),
    NAMED(dead_letter_once),
    NAMED(dead_letter_reason),
    NAMED(dead_letter_source),
    NAMED(dead_letter_stays),
    NAMED(dead_letters_closed),
    NAMED(dead_letters_without_sessions),
    NAMED(defer_hides),
    NAMED(deferred_by_number),
    NAMED(deferred_in_hand),
    NAMED(deferred_of_session),
    NAMED(deferred_stays),
    NAMED(delivery_count),
    NAMED(disabled_subscription),
    NAMED(drain),
    NAMED(duplicate_detection),
    NAMED(duplicate_window),
    NAMED(end_receivers),
    NAMED(entity_time_to_live),
    NAMED(exclusive_sessions),
    NAMED(expiry_counts),
    NAMED(first_in_first_out),
    NAMED(for_good),
    NAMED(id_characters),
    NAMED(id_length),
    NAMED(list_pages),
    NAMED(lock_expiry),
    NAMED(lock_outlives_link),
    NAMED(locked_lives_on),
    NAMED(max_deliveries),
    NAMED(max_message_size),
    NAMED(message_lock),
    NAMED(message_size),
    NAMED(null_session),
    NAMED(oldest_session),
    NAMED(partition_key),
    NAMED(partition_key_scheduled),
    NAMED(peek_from_number),
    NAMED(peek_omits_body),
    NAMED(peek_session),
    NAMED(receive_deletes),
    NAMED(receive_disabled),
    NAMED(renew_lock),
    NAMED(renew_session),
    NAMED(rights),
    NAMED(rule_conflict),
    NAMED(rule_name),
    NAMED(rules),
    NAMED(rules_paged),
    NAMED(scheduled_duplicates),
    NAMED(scheduling),
    NAMED(send_disabled),
    NAMED(session_expiry),
    NAMED(session_holder),
    NAMED(session_id_on_send),
    NAMED(session_state),
    NAMED(sessions_paged),
    NAMED(sessions_required),
    NAMED(sql_in),
    NAMED(sql_is_null),
    NAMED(sql_like),
    NAMED(sql_like_characters),
    NAMED(sql_names_without_case),
    NAMED(sql_unknown),
    NAMED(time_to_live),
    NAMED(time_to_live_told),
    NAMED(token_expiry),
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
