// A central service in miniature: follows the sessions of a subscription with the unmodified JavaScript SDK.
import { ServiceBusClient } from '@azure/service-bus';
import { event_of_message } from './evidence.mjs';
import { pause } from './process.mjs';

export const TOPIC = 'millrace-events';
export const COMPLETED = 'millrace.test.completed.v1';

// Sessions held at the same time. Each is let go when it falls idle, so that others get their turn.
const SESSIONS_AT_ONCE = 8;
const IDLE_MS = 400;
const RETRY_MS = 200;
const ACCEPT_TIMEOUT_MS = 20_000;
const CLOSE_TIMEOUT_MS = 2_000;

export function connect(connection_string) {
  return new ServiceBusClient(connection_string, {
    retryOptions: { maxRetries: 0, timeoutInMs: ACCEPT_TIMEOUT_MS },
  });
}

/// When the connection dies while a receiver is being closed, the SDK's `close` never returns.
function close(receiver) {
  return Promise.race([receiver.close().catch(() => {}), pause(CLOSE_TIMEOUT_MS)]);
}

/// What a message says about itself.
export function envelope_of(message) {
  const event = event_of_message(message);
  return {
    id: message.messageId,
    session: message.sessionId,
    type: event.attributes.type,
    sequence: Number(event.attributes.sequence),
    recorded: Date.parse(event.attributes.recordedtime),
    data: event.data,
    event,
  };
}

/// Follows all sessions for as long as it runs; `on_message` is called with each message once per delivery, and
/// the message is completed when that returns. Outages of the bus are waited out.
export class Consumer {
  #stopped = false;
  #receivers = new Set();
  #pumps = [];

  constructor({ connection_string, subscription, on_message, sessions_at_once = SESSIONS_AT_ONCE }) {
    Object.assign(this, { connection_string, subscription, on_message, sessions_at_once });
  }

  start() {
    this.client = connect(this.connection_string);
    for (let i = 0; i < this.sessions_at_once; i += 1) this.#pumps.push(this.#pump());
  }

  async stop() {
    this.#stopped = true;
    await Promise.all([...this.#receivers].map(close));
    await this.client.close();
  }

  async #pump() {
    while (!this.#stopped) {
      let receiver;
      try {
        receiver = await this.client.acceptNextSession(TOPIC, this.subscription, { skipParsingBodyAsJson: true });
      } catch {
        // No session has messages, or the bus is away.
        if (!this.#stopped) await pause(RETRY_MS);
        continue;
      }
      this.#receivers.add(receiver);
      await this.#follow(receiver);
      this.#receivers.delete(receiver);
      await close(receiver);
    }
  }

  /// Until the session falls idle or is lost.
  #follow(receiver) {
    return new Promise((resolve) => {
      let idle = setTimeout(resolve, IDLE_MS);
      receiver.subscribe(
        {
          processMessage: async (message) => {
            clearTimeout(idle);
            const received = Date.now();
            this.on_message(message, received);
            try {
              await receiver.completeMessage(message);
            } catch {
              // The lock is gone with the bus's connection; the message comes again.
            }
            idle = setTimeout(resolve, IDLE_MS);
          },
          processError: async () => resolve(),
        },
        { autoCompleteMessages: false, maxConcurrentCalls: 1 },
      );
    });
  }
}
