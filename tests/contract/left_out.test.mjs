// The suite notices when a Service Bus leaves one of its behaviours out: each is left out in turn, and the cases
// that are about it must fail.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { certificate, run_suite } from './local_bus.mjs';

/// These cases wait for what does not come.
const PATIENCE_MS = 10_000;

/// Behaviour → a case that shows it.
const SHOWN_BY = {
  abandon_counts: 'settle.abandon',
  abandon_merges: 'settle.abandon_properties',
  action_copy: 'action.copies',
  action_statements: 'action.set',
  address_forms: 'address.url',
  batch_as_a_whole: 'send.whole_or_nothing',
  cancel_scheduled: 'schedule.cancel',
  close_frees_session: 'session.close',
  complete_deletes: 'receive.complete',
  correlation_case: 'filter.case',
  correlation_every_field: 'filter.every_field',
  correlation_properties: 'filter.properties',
  counts_in_runtime: 'admin.counts',
  create_conflict: 'admin.twice',
  dead_letter_lock: 'dead.lock',
  dead_letter_on_expiry: 'expiry.dead_letter',
  dead_letter_once: 'dead.not_again',
  dead_letter_reason: 'dead.reason',
  dead_letter_source: 'dead.source',
  dead_letter_stays: 'dead.stays',
  dead_letters_closed: 'dead.no_sends',
  dead_letters_without_sessions: 'session.dead_letter',
  defer_hides: 'defer.hides',
  deferred_by_number: 'defer.unknown',
  deferred_in_hand: 'defer.in_hand',
  deferred_of_session: 'session.defer_of_another',
  deferred_stays: 'defer.abandon',
  delivery_count: 'settle.abandon',
  disabled_subscription: 'status.disabled_subscription',
  drain: 'receive.drain',
  duplicate_detection: 'duplicates.dropped',
  duplicate_window: 'duplicates.window',
  end_receivers: 'admin.delete_ends_receivers',
  entity_time_to_live: 'expiry.entity',
  exclusive_sessions: 'session.exclusive',
  expiry_counts: 'lock.expiry_counts',
  first_in_first_out: 'send.order',
  for_good: 'admin.for_good',
  id_characters: 'send.ids_in_characters',
  id_length: 'send.session_id_too_long',
  list_pages: 'admin.pages',
  lock_expiry: 'lock.expires',
  lock_outlives_link: 'lock.outlives_link',
  locked_lives_on: 'expiry.locked',
  max_deliveries: 'dead.max_deliveries',
  max_message_size: 'send.batch_limit',
  message_lock: 'lock.lost',
  message_size: 'send.too_large',
  null_session: 'session.subscription_null',
  oldest_session: 'session.next_oldest',
  partition_key: 'send.partition_key_and_session',
  partition_key_scheduled: 'schedule.partition_key',
  peek_from_number: 'peek.from',
  peek_omits_body: 'peek.omits_body',
  peek_session: 'session.peek',
  receive_deletes: 'receive.delete',
  receive_disabled: 'status.receive_disabled',
  renew_lock: 'lock.renewed',
  renew_session: 'session.renew',
  rights: 'access.listen_only',
  rule_conflict: 'rule.twice',
  rule_name: 'action.rule_name',
  rules: 'filter.subject',
  rules_paged: 'rule.pages',
  scheduled_duplicates: 'duplicates.scheduled',
  scheduling: 'schedule.waits',
  send_disabled: 'status.send_disabled',
  session_expiry: 'session.expires',
  session_holder: 'session.holder_only',
  session_id_on_send: 'send.without_session',
  session_state: 'session.state',
  sessions_paged: 'session.listed',
  sessions_required: 'receive.no_sessions',
  sql_in: 'filter.sql_in',
  sql_is_null: 'filter.sql_null',
  sql_like: 'filter.sql_like',
  sql_like_characters: 'filter.sql_like_characters',
  sql_names_without_case: 'filter.sql_names',
  sql_unknown: 'filter.sql_unknown',
  time_to_live: 'expiry.message',
  time_to_live_told: 'expiry.says_when_for_entity',
  token_expiry: 'access.token_over',
  update: 'admin.update',
};

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const program = join(process.env.MILLRACE_BIN, 'millrace_bus_with_gaps');
const tls = certificate();
after(() => tls.remove());

test('every behaviour that can be left out has its case', () => {
  const header = readFileSync(join(root, 'emulator', 'broker', 'behaviour.hpp'), 'utf8');
  const list = /enum class Behaviour : uint8_t \{([^}]*)\}/.exec(header)[1];
  const names = [...list.matchAll(/^ {2}(\w+),/gm)].map(([, name]) => name).filter((name) => name !== 'all');
  assert.deepEqual(Object.keys(SHOWN_BY).sort(), names.sort());
});

test('with nothing left out these cases hold', async () => {
  const { code, out } = await run_suite({ tls, program, only: [...new Set(Object.values(SHOWN_BY))] });
  assert.equal(code, 0, out);
});

test('leaving one out fails its case', { concurrency: 6 }, async (t) => {
  await Promise.all(
    Object.entries(SHOWN_BY).map(([behaviour, shown_by]) =>
      t.test(behaviour, async () => {
        const { code, out } = await run_suite({
          tls,
          program,
          environment: { MILLRACE_BUS_WITHOUT: behaviour },
          only: [shown_by],
          patience_ms: PATIENCE_MS,
        });
        assert.equal(code, 1, `without ${behaviour}, ${shown_by} must fail:\n${out}`);
        assert.match(out, new RegExp(`^failed: ${shown_by.replace('.', '\\.')}$`, 'm'));
      }),
    ),
  );
});
