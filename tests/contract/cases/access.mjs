// Who may come in, and by which address.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { ServiceBusClient } from '@azure/service-bus';
import { becomes, one, refused } from '../namespace.mjs';

/// A sender whose link names the entity in another way than its token does.
function sender_at(c, name, address) {
  const sender = c.sender(name);
  sender._sender.address = address;
  return sender;
}

/// A client that has this key instead of the suite's own.
function client_of(rule, key) {
  const [endpoint] = /Endpoint=[^;]+/.exec(process.env.MILLRACE_CONTRACT_CONNECTION);
  return new ServiceBusClient(`${endpoint};SharedAccessKeyName=${rule};SharedAccessKey=${key}`, {
    retryOptions: { maxRetries: 0 },
  });
}

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
