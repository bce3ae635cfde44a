// Access rights with the unmodified SDK: who may send, listen and manage, and what happens when a token lapses.
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { writeFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { AzureSASCredential } from '@azure/core-auth';
import { ServiceBusClient } from '@azure/service-bus';
import { Bus, entities, one, open_web_socket } from './bus_process.mjs';

const KEYS = { root: 'root-key', sender: 'send-key', listener: 'listen-key' };
const folder = mkdtempSync(join(tmpdir(), 'millrace-access-'));
let bus;

before(async () => {
  const rules = join(folder, 'access.json');
  writeFileSync(
    rules,
    `[ // comments are allowed
      {"KeyName": "root", "PrimaryKey": "${KEYS.root}", "SecondaryKey": "second", "Rights": ["Manage"]},
      {"KeyName": "sender", "PrimaryKey": "${KEYS.sender}", "Rights": ["Send"]},
      {"KeyName": "listener", "PrimaryKey": "${KEYS.listener}", "Rights": ["Listen"]}]`,
  );
  bus = await Bus.start(
    entities({
      queues: {
        orders: {},
        own: {
          AuthorizationRules: [
            { KeyName: 'mine', PrimaryKey: 'own-key', Rights: ['Send', 'Listen'] },
            { KeyName: 'keeper', PrimaryKey: 'keep-key', Rights: ['Manage'] },
          ],
        },
        'own/private': {},
      },
      topics: {
        news: {
          AuthorizationRules: [{ KeyName: 'editor', PrimaryKey: 'edit-key', Rights: ['Manage'] }],
          subscriptions: { all: {} },
        },
      },
    }),
    { more: `[access]\nrules = "${rules}"\n` },
  );
});
after(async () => {
  await bus.close();
  rmSync(folder, { recursive: true, force: true });
});

const clients = [];
after(() => Promise.allSettled(clients.map((client) => client.close())));

function client_of(name, key) {
  const client = new ServiceBusClient(
    `Endpoint=sb://${bus.amqp};SharedAccessKeyName=${name};SharedAccessKey=${key};UseDevelopmentEmulator=true;`,
    { retryOptions: { maxRetries: 0, timeoutInMs: 15_000 } },
  );
  clients.push(client);
  return client;
}

const unauthorised = { code: 'UnauthorizedAccess' };

/// A client that puts this one token for whatever it does.
function client_with(token) {
  const client = new ServiceBusClient(bus.amqp, new AzureSASCredential(token), {
    retryOptions: { maxRetries: 0, timeoutInMs: 15_000 },
  });
  clients.push(client);
  // There is no flag for an emulator without a connection string: the SDK would use TLS.
  client._connectionContext.connection.options.transport = undefined;
  return client;
}

function signature(path, name, key, lifetime_s) {
  const resource = encodeURIComponent(`sb://127.0.0.1/${path}`);
  const expiry = Math.floor(Date.now() / 1000) + lifetime_s;
  const signed = createHmac('sha256', key).update(`${resource}\n${expiry}`).digest('base64');
  return `SharedAccessSignature sr=${resource}&sig=${encodeURIComponent(signed)}&se=${expiry}&skn=${name}`;
}

const admin = (path, token, method = 'GET') =>
  fetch(`http://${bus.http}/${path}`, { method, headers: token === undefined ? {} : { authorization: token } });

test('a key with Send sends and does not listen; one with Listen the other way round', async () => {
  const sender = client_of('sender', KEYS.sender);
  await sender.createSender('orders').sendMessages({ body: 1 });
  await assert.rejects(sender.createReceiver('orders').receiveMessages(1, { maxWaitTimeInMs: 500 }), unauthorised);
  const listener = client_of('listener', KEYS.listener);
  assert.equal((await one(listener.createReceiver('orders'))).body, 1);
  await assert.rejects(listener.createSender('orders').sendMessages({ body: 2 }), unauthorised);
});

test('a page of the web opens a WebSocket, in which it must show a key', async () => {
  assert.equal((await open_web_socket(bus, 'http://page.example')).status, 101);
});

test('either key of a rule is good, and no other', async () => {
  await client_of('root', 'second').createSender('orders').sendMessages({ body: 1 });
  await assert.rejects(client_of('root', 'wrong').createSender('orders').sendMessages({ body: 1 }), unauthorised);
  await assert.rejects(client_of('nobody', KEYS.root).createSender('orders').sendMessages({ body: 1 }), unauthorised);
});

test('the rule of one entity counts for that entity', async () => {
  const mine = client_of('mine', 'own-key');
  await mine.createSender('own').sendMessages({ body: 'x' });
  assert.equal((await one(mine.createReceiver('own'))).body, 'x');
  await assert.rejects(mine.createSender('orders').sendMessages({ body: 1 }), unauthorised);
});

test('the rule of one entity counts for its dead letters', async () => {
  const mine = client_of('mine', 'own-key');
  await mine.createSender('own').sendMessages({ body: 'bad' });
  const receiver = mine.createReceiver('own');
  await receiver.deadLetterMessage(await one(receiver));
  const dead = mine.createReceiver('own', { subQueueType: 'deadLetter' });
  assert.deepEqual((await dead.peekMessages(1)).map(({ body }) => body), ['bad']);
  assert.equal((await one(dead)).body, 'bad');
});

test('the rule of one entity counts for none below its name, and a topic’s for its subscriptions', async () => {
  const own = client_with(signature('own', 'mine', 'own-key', 60));
  await own.createSender('own').sendMessages({ body: 'x' });
  await assert.rejects(own.createSender('own/private').sendMessages({ body: 'x' }), unauthorised);
  await assert.rejects(own.createReceiver('own/private').peekMessages(1), unauthorised);
  const keeper = signature('own', 'keeper', 'keep-key', 60);
  assert.equal((await admin('own', keeper)).status, 200);
  for (const path of ['own/private', 'own/more']) {
    for (const method of ['GET', 'DELETE']) assert.equal((await admin(path, keeper, method)).status, 401, `${method} ${path}`);
  }
  const root = signature('own', 'root', KEYS.root, 60);
  assert.equal((await admin('own/private', root)).status, 200, 'a rule of the namespace reaches all below what it signs');
  for (const path of ['news', 'news/Subscriptions', 'news/Subscriptions/all', 'news/Subscriptions/all/Rules/$Default']) {
    assert.equal((await admin(path, signature('news', 'editor', 'edit-key', 60))).status, 200, path);
    assert.equal((await admin(path, signature(path, 'editor', 'edit-key', 60))).status, 200, `${path}, signed for itself`);
  }
});

test('the management node asks for the right that its request needs', async () => {
  const listener = client_of('listener', KEYS.listener);
  await listener.createReceiver('orders').peekMessages(1);
  const schedule = listener.createSender('orders').scheduleMessages({ body: 1 }, new Date(Date.now() + 3_600_000));
  await assert.rejects(schedule, unauthorised);
});

test('administration and faults need Manage; health does not', async () => {
  assert.equal((await admin('orders')).status, 401);
  assert.equal((await admin('orders', signature('orders', 'sender', KEYS.sender, 60))).status, 401);
  assert.equal((await admin('orders', signature('orders', 'root', KEYS.root, 60))).status, 200);
  assert.equal((await admin('own', signature('orders', 'root', KEYS.root, 60))).status, 401, 'of another entity');
  assert.equal((await admin('own', signature('', 'root', KEYS.root, 60))).status, 200, 'of the namespace');
  for (const list of ['$namespaceinfo', '$Resources/Queues']) {
    assert.equal((await admin(list, signature(list, 'root', KEYS.root, 60))).status, 200, 'clients sign for the very address');
    assert.equal((await admin(list, signature('orders', 'root', KEYS.root, 60))).status, 401);
  }
  assert.equal((await admin('$faults')).status, 401);
  assert.equal((await admin('$faults', signature('', 'root', KEYS.root, 60))).status, 200);
  assert.equal((await admin('health')).status, 200);
});

test('a token that is over, or no token, is told from a good one', async () => {
  const over = await admin('orders', signature('orders', 'root', KEYS.root, -5));
  assert.equal(over.status, 401);
  assert.match(await over.text(), /ExpiredToken/);
  for (const wrong of ['', 'Bearer x', 'SharedAccessSignature sr=a', signature('orders', 'root', 'x', 60)]) {
    assert.equal((await admin('orders', wrong)).status, 401, wrong);
  }
});

test('a link whose token lapses is detached', async () => {
  // The SDK puts what it is given, and does not know when this one ends.
  const client = client_with(signature('orders', 'listener', KEYS.listener, 3));
  const errors = [];
  client.createReceiver('orders').subscribe({
    processMessage: async () => {},
    processError: async ({ error }) => void errors.push(error.code),
  });
  const end = Date.now() + 20_000;
  while (!errors.includes('UnauthorizedAccess') && Date.now() < end) await new Promise((done) => setTimeout(done, 100));
  assert.ok(errors.includes('UnauthorizedAccess'), `${errors}`);
});
