// What a run leaves behind in a namespace: nothing. A service that is busy is asked again when it says, and at the end the
// namespace itself is asked what is left.

/// A namespace that refuses everything so often is not only busy.
const TRIES_MOST = 6;
const PAUSE_FIRST_MS = 1_000;
/// Longer than Azure asks for; no answer may hold a run for an hour.
const PAUSE_MOST_MS = 30_000;
/// A deletion may be done before every list knows of it.
const ROUNDS_MOST = 4;

const BUSY = [429, 503];
const NOT_FOUND = 404;

const real_pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/// As long as the answer says, else each time twice as long.
function pause_before(tried, retry_after_s) {
  const asked_ms = Number(retry_after_s ?? Number.NaN) * 1_000;
  return Math.min(Number.isFinite(asked_ms) ? asked_ms : PAUSE_FIRST_MS * 2 ** (tried - 1), PAUSE_MOST_MS);
}

/// A policy for the pipeline of an administration client: what the service was too busy for is asked again.
export const patient = (pause = real_pause) => ({
  name: 'patient',
  async sendRequest(request, next) {
    for (let tried = 1; ; ++tried) {
      const response = await next(request);
      if (!BUSY.includes(response.status) || tried === TRIES_MOST) return response;
      await pause(pause_before(tried, response.headers.get('retry-after')));
    }
  },
});

/// Deletes a queue or a topic: they are at the same address. What is not there needs no deleting. Gives up quietly in the
/// end, since `clean` asks what is left.
export async function remove(admin, name, pause = real_pause) {
  for (let tried = 1; tried <= TRIES_MOST; ++tried) {
    const error = await admin.deleteQueue(name).then(
      () => null,
      (reason) => reason,
    );
    if (error === null || error.statusCode === NOT_FOUND) return;
    if (tried < TRIES_MOST) await pause(pause_before(tried));
  }
}

/// The names of the queues and topics that begin so. Names are without case.
export async function entities_under(admin, prefix) {
  const names = new Set();
  for (const list of [admin.listQueues(), admin.listTopics()]) {
    const seen = new Set();
    for await (const { name } of list) {
      // A list that begins again would never end.
      if (seen.has(name)) break;
      seen.add(name);
      if (name.toLowerCase().startsWith(prefix.toLowerCase())) names.add(name);
    }
  }
  return [...names];
}

/// Deletes all that begins so, and returns the names of what is left nevertheless.
export async function clean(admin, prefix, pause = real_pause) {
  for (let round = 1; ; ++round) {
    const left = await entities_under(admin, prefix);
    if (left.length === 0 || round > ROUNDS_MOST) return left;
    if (round > 1) await pause(pause_before(round));
    for (const name of left) await remove(admin, name, pause);
  }
}
