// The namespace under test, and what a case makes in it. Two variables choose a real one:
//   MILLRACE_CONTRACT_CONNECTION  its connection string, of a rule with Manage
//   MILLRACE_CONTRACT_PREFIX      how the names of all entities begin that the suite makes, and deletes
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { ServiceBusAdministrationClient, ServiceBusClient } from '@azure/service-bus';

/// How long nothing must come before a case believes that nothing comes.
const QUIET_MS = 1500;
/// What may take its time on a real namespace.
const PATIENCE_MS = 20_000;

const connection = process.env.MILLRACE_CONTRACT_CONNECTION ?? '';
const prefix = process.env.MILLRACE_CONTRACT_PREFIX ?? 'millrace-contract-';

/// What one case works with: everything it opens is closed, and everything it makes is deleted, when it ends.
export class Case {
  #clients = [];
  #made = [];
  admin = new ServiceBusAdministrationClient(connection);

  #name(kind) {
    return `${prefix}${kind}-${randomBytes(6).toString('hex')}`;
  }

  /// A name that does not exist yet.
  unused(kind = 'x') {
    const name = this.#name(kind);
    this.#made.push(name);
    return name;
  }

  async queue(options = {}) {
    const name = this.unused('q');
    await this.admin.createQueue(name, options);
    return name;
  }

  async topic(options = {}) {
    const name = this.unused('t');
    await this.admin.createTopic(name, options);
    return name;
  }

  /// A subscription with the one rule that is given, or with the default one.
  async subscription(topic, name = 's', options = {}, filter = undefined) {
    const rule = filter === undefined ? undefined : { name: 'r', filter };
    await this.admin.createSubscription(topic, name, { ...options, defaultRuleOptions: rule });
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
      retryOptions: { maxRetries: 0, timeoutInMs: PATIENCE_MS },
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

  async end() {
    await Promise.allSettled(this.#clients.map((client) => client.close()));
    for (const name of this.#made) {
      // A name is a queue's, a topic's, or nobody's: the case may have deleted it.
      await this.admin.deleteQueue(name).catch(() => {});
    }
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

/// Asks until it is so.
export async function becomes(what, probe) {
  const end = Date.now() + PATIENCE_MS;
  while (Date.now() < end) {
    if (await probe()) return;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  assert.fail(what);
}

export async function all_of(pages) {
  const all = [];
  for await (const one_of_them of pages) all.push(one_of_them);
  return all;
}

/// The wall clock has reached this time.
export const until = (time) => new Promise((resolve) => setTimeout(resolve, Math.max(0, time - Date.now())));
