// What the SDK makes of one way in: sends, and receives in a session.
//   ways_in_client.mjs CONNECTION_STRING OPTIONS-AS-JSON     in a process of its own: Node reads NODE_EXTRA_CA_CERTS once
import { fileURLToPath } from 'node:url';
import { ServiceBusClient } from '@azure/service-bus';

/// [n, length] of each message in the order of arrival.
export async function exchange(connection_string, { custom_address, web_socket } = {}) {
  const client = new ServiceBusClient(connection_string, {
    retryOptions: { maxRetries: 0, timeoutInMs: 10_000 },
    ...(custom_address && { customEndpointAddress: custom_address }),
    ...(web_socket && { webSocketOptions: { webSocket: WebSocket } }),
  });
  const sender = client.createSender('orders');
  const bodies = [0, 1, 2].map((n) => ({ n, text: 'x'.repeat(n * 50_000) }));
  await sender.sendMessages(bodies.map((body) => ({ body, sessionId: 's' })));
  const receiver = await client.acceptSession('orders', 's');
  const got = [];
  while (got.length < bodies.length) {
    const batch = await receiver.receiveMessages(bodies.length, { maxWaitTimeInMs: 10_000 });
    if (batch.length === 0) break;
    for (const message of batch) {
      got.push([message.body.n, message.body.text.length]);
      await receiver.completeMessage(message);
    }
  }
  await receiver.close();
  await client.close();
  return got;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [, , connection_string, options] = process.argv;
  console.log(JSON.stringify(await exchange(connection_string, JSON.parse(options))));
  process.exit(0);
}
