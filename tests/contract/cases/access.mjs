// Who may come in, and by which address.
import assert from 'node:assert/strict';
import { createHmac, randomBytes } from 'node:crypto';
import { ServiceBusClient } from '@azure/service-bus';
import { becomes, connection, one, refused, until } from '../namespace.mjs';

/// A sender whose link names the entity in another way than its token does.
function sender_at(c, name, address) {
  const sender = c.sender(name);
  sender._sender.address = address;
  return sender;
}

/// A client that has this key instead of the suite's own.
function client_of(rule, key) {
  return new ServiceBusClient(`Endpoint=${of_connection('Endpoint')};SharedAccessKeyName=${rule};SharedAccessKey=${key}`, {
    retryOptions: { maxRetries: 0 },
  });
}

const of_connection = (name) => new RegExp(`${name}=([^;]+)`).exec(connection)[1];

/// The SDK gives a message up that crossed the end of its link only when this is over; the suite's own patience is longer.
const CROSSED_MS = 20_000;

/// A client that has a token of the suite's own key for this entity, good until this second.
function client_until(expiry_s, name) {
  const endpoint = of_connection('Endpoint');
  const resource = encodeURIComponent(`${endpoint.replace(/\/$/, '')}/${name}`);
  const signed = createHmac('sha256', of_connection('SharedAccessKey')).update(`${resource}\n${expiry_s}`).digest('base64');
  const token = `sr=${resource}&sig=${encodeURIComponent(signed)}&se=${expiry_s}&skn=${of_connection('SharedAccessKeyName')}`;
  return new ServiceBusClient(`Endpoint=${endpoint};SharedAccessSignature=SharedAccessSignature ${token}`, {
    retryOptions: { maxRetries: 0, timeoutInMs: CROSSED_MS },
  });
}

const seconds_from_now = (seconds) => Math.floor(Date.now() / 1000) + seconds;

const new_key = () => randomBytes(32).toString('base64');

export default [
  ['address.slash', '1', 'a slash before the name means the same', ['Send', 'Listen'], async (c) => {
    const queue = await c.queue();
    await sender_at(c, queue, `/${queue}`).sendMessages({ body: 'found' });
    assert.equal((await one(c.receiver(queue))).body, 'found');
  }],
  ['address.url', '1', 'so does a whole URL', ['Send', 'Listen'], async (c) => {
    const queue = await c.queue();
    await sender_at(c, queue, `amqps://${c.client().fullyQualifiedNamespace}/${queue}`).sendMessages({ body: 'found' });
    assert.equal((await one(c.receiver(queue))).body, 'found');
  }],
  ['access.token_over', '11', 'a token that is over opens nothing', ['Send'], async (c) => {
    const queue = await c.queue();
    const client = client_until(seconds_from_now(-3_600), queue);
    try {
      await refused(client.createSender(queue).sendMessages({ body: 'no' }), 'UnauthorizedAccess');
    } finally {
      await client.close();
    }
  }],
  ['access.token_lapses', '11', 'a link whose token lapses is of no use any more', ['Send'], async (c) => {
    const queue = await c.queue();
    const expiry_s = seconds_from_now(20);
    const client = client_until(expiry_s, queue);
    try {
      const sender = client.createSender(queue);
      await sender.sendMessages({ body: 'in time' });
      await until(expiry_s * 1000);
      await becomes('it is refused', () =>
        sender.sendMessages({ body: 'late' }).then(() => false, ({ code }) => code === 'UnauthorizedAccess'));
    } finally {
      await client.close();
    }
  }],
  ['access.listen_only', '11', 'who may only listen may not send', ['Send', 'Listen', 'Manage'], async (c) => {
    const rule = { keyName: 'listener', accessRights: ['Listen'], claimType: 'SharedAccessKey', claimValue: 'None' };
    const [primaryKey, secondaryKey] = [new_key(), new_key()];
    const queue = await c.queue({ authorizationRules: [{ ...rule, primaryKey, secondaryKey }] });
    await c.send(queue, 'for who may listen');
    const listener = client_of(rule.keyName, primaryKey);
    try {
      // A new key takes its time to be known everywhere.
      await becomes('the key is known', () =>
        listener.createReceiver(queue).peekMessages(1).then(([message]) => message?.body === 'for who may listen', () => false));
      await refused(listener.createSender(queue).sendMessages({ body: 'no' }), 'UnauthorizedAccess');
    } finally {
      await listener.close();
    }
  }],
];
