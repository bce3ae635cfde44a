// The namespace under test, and what a case makes in it. Two variables choose a real one:
//   MILLRACE_CONTRACT_CONNECTION  its connection string, of a rule with Manage
//   MILLRACE_CONTRACT_PREFIX      how the names of all entities begin that the suite makes, and deletes
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { ServiceBusAdministrationClient, ServiceBusClient } from '@azure/service-bus';
import { patient, remove } from './cleanup.mjs';

/// How long nothing must come before a case believes that nothing comes.
const QUIET_MS = 1500;
/// What may take its time on a real namespace; where it comes sooner nobody waits for so long. The test of the suite, whose
/// cases are to fail, sets it lower.
export const PATIENCE_MS = Number(process.env.MILLRACE_CONTRACT_PATIENCE_MS ?? 60_000);
/// Azure asks to wait 2 seconds when it is too busy.
const RETRIES = { maxRetries: 3, retryDelayInMs: 3_000 };
/// An SDK's link that never answers must not hold up the deletes.
const CLOSE_MOST_MS = 5_000;
/// So that nothing stays for good where a run is cut off before it deletes.
const DELETED_WHEN_IDLE_FOR = 'PT1H';

export const connection = process.env.MILLRACE_CONTRACT_CONNECTION ?? '';
export const prefix = process.env.MILLRACE_CONTRACT_PREFIX ?? 'millrace-contract-';
/// How the names of this run begin.
export const run_prefix = `${prefix}${randomBytes(3).toString('hex')}-`;

export const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

export function administration() {
  const admin = new ServiceBusAdministrationClient(connection);
  admin.pipeline.addPolicy(patient());
  return admin;
}

let is_stopped = false;
/// From now on no case makes anything.
export const stop = () => void (is_stopped = true);

/// What one case works with: everything it opens is closed, and everything it makes is deleted, when it ends.
export class Case {
  #clients = [];
  #made = [];
  admin = administration();

  #name(kind) {
    return `${run_prefix}${kind}-${randomBytes(6).toString('hex')}`;
  }

  /// A name that does not exist yet.
  unused(kind = 'x') {
    if (is_stopped) throw new Error('the run was stopped');
    const name = this.#name(kind);
    this.#made.push(name);
    return name;
  }

  async queue(options = {}) {
    const name = this.unused('q');
    await this.admin.createQueue(name, { autoDeleteOnIdle: DELETED_WHEN_IDLE_FOR, ...options });
    await becomes('the queue is there', () => this.admin.queueExists(name));
    return name;
  }

  async topic(options = {}) {
    const name = this.unused('t');
    await this.admin.createTopic(name, { autoDeleteOnIdle: DELETED_WHEN_IDLE_FOR, ...options });
    await becomes('the topic is there', () => this.admin.topicExists(name));
    return name;
  }

  /// A subscription with the one rule that is given, or with the default one.
  async subscription(topic, name = 's', options = {}, filter = undefined) {
    const rule = filter === undefined ? undefined : { name: 'r', filter };
    await this.admin.createSubscription(topic, name, { ...options, defaultRuleOptions: rule });
    await becomes('the subscription is there', () => this.admin.subscriptionExists(topic, name));
    return name;
  }

  /// A topic with one subscription for each filter, `s0`, `s1`, …
  async filtered(...filters) {
    const topic = await this.topic();
    for (const [index, filter] of filters.entries()) await this.subscription(topic, `s${index}`, {}, filter);
    return topic;
  }

  client(options = {}) {
    const client = new ServiceBusClient(connection, {
      retryOptions: { ...RETRIES, timeoutInMs: PATIENCE_MS },
      ...options,
    });
    this.#clients.push(client);
    return client;
  }

  #shared = null;
  get #one() {
    this.#shared ??= this.client();
    return this.#shared;
  }

  sender(name) {
    return this.#one.createSender(name);
  }

  /// `at` is a queue's name or [topic, subscription].
  receiver(at, options = {}) {
    return this.#one.createReceiver(...[at].flat(), options);
  }

  accept(at, session_id, options = {}) {
    return this.#one.acceptSession(...[at].flat(), session_id, options);
  }

  next(at, options = {}) {
    return this.#one.acceptNextSession(...[at].flat(), options);
  }

  rules(topic, subscription) {
    return this.#one.createRuleManager(topic, subscription);
  }

  dead_letters(at, options = {}) {
    return this.receiver(at, { subQueueType: 'deadLetter', ...options });
  }

  async send(name, ...messages) {
    const sender = this.sender(name);
    for (const message of messages) await sender.sendMessages(typeof message === 'object' ? message : { body: message });
    await sender.close();
  }

  /// Whether everything is gone then, the end of the run asks.
  async end() {
    const closed = Promise.allSettled(this.#clients.map((client) => client.close()));
    await Promise.race([closed, pause(CLOSE_MOST_MS)]);
    for (const name of this.#made) await remove(this.admin, name);
  }
}

/// The next message; fails when there is none.
export async function one(receiver) {
  const [message] = await receiver.receiveMessages(1, { maxWaitTimeInMs: PATIENCE_MS });
  assert.ok(message, 'a message comes');
  return message;
}

/// Receives so many, and settles each with what is given.
export async function take(receiver, count, settle = (message) => receiver.completeMessage(message)) {
  const all = [];
  while (all.length < count) {
    const message = await one(receiver);
    all.push(message);
    await settle(message);
  }
  return all;
}

export const bodies = (messages) => messages.map((message) => message.body);

/// Fails when something comes.
export async function quiet(receiver) {
  const found = await receiver.receiveMessages(1, { maxWaitTimeInMs: QUIET_MS });
  assert.deepEqual(bodies(found), [], 'nothing comes');
}

/// Fails unless it is refused with this code of the SDK.
export async function refused(promise, code) {
  const error = await promise.then(
    () => assert.fail(`it was not refused with ${code}`),
    (reason) => reason,
  );
  assert.equal(error.code, code, error.message);
  return error;
}

/// Tries until it is refused with this code: a change takes its time to reach every part of a namespace.
export async function comes_to_be_refused(attempt, code) {
  await becomes(`it is refused with ${code}`, () =>
    attempt().then(
      () => false,
      (reason) => {
        assert.equal(reason.code, code, reason.message);
        return true;
      },
    ),
  );
}

/// Asks until it is so, at first often.
export async function becomes(what, probe) {
  const end = Date.now() + PATIENCE_MS;
  for (let asked = 1; Date.now() < end; ++asked) {
    if (await probe()) return;
    await pause(Math.min(100 * asked, 1_000));
  }
  assert.fail(what);
}

export async function all_of(pages) {
  const all = [];
  for await (const one_of_them of pages) all.push(one_of_them);
  return all;
}

/// The wall clock has reached this time.
export const until = (time) => pause(Math.max(0, time - Date.now()));
