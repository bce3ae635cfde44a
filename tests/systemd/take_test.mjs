// One test, from sign-in to what a subscriber receives, on the ports of the examples. Prints the received record.
import { decode_event } from '../support/events.mjs';
import { Consumer, COMPLETED, envelope_of } from '../support/consumer.mjs';
import { OperatorClient } from '../support/operator_client.mjs';

const [connection_string] = process.argv.slice(2);
const received = new Promise((resolve) => {
  const consumer = new Consumer({
    connection_string,
    subscription: 'training',
    sessions_at_once: 1,
    on_message: (message) => {
      const envelope = envelope_of(message);
      if (envelope.type === COMPLETED) resolve({ consumer, envelope });
    },
  });
  consumer.start();
});
const operator = new OperatorClient({ url: 'http://127.0.0.1:8080', badge: '10001', pin: '2468' });
const result = await operator.complete('as-1001-loto', () => null);
const { consumer, envelope } = await received;
console.log(
  JSON.stringify({
    result,
    id: envelope.id,
    attributes: envelope.event.attributes,
    completed: decode_event(envelope.event),
  }),
);
await consumer.stop();
