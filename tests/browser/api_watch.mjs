// The API's document against what the kiosk itself asks the box, and what it is answered.
import { ApiDocument } from '../support/api_document.mjs';

const parsed = (text) => (text === null ? null : JSON.parse(text));

/// Watches what the page asks from now on. Returns what tells how many requests there were, and what was wrong with any.
export function watch_api(page) {
  const document = new ApiDocument();
  const checks = [];
  page.on('requestfinished', (request) => {
    const { pathname, search } = new URL(request.url());
    if (pathname.startsWith('/api/')) checks.push(check(document, request, pathname + search));
  });
  return async () => ({ asked: checks.length, faults: (await Promise.all(checks)).flat() });
}

async function check(document, request, path) {
  const response = await request.response();
  // The browser's own, of a sound that it has whole already: the box knows no ranges.
  if (response.status() === 206) return [];
  const type = (await response.headerValue('content-type')) ?? undefined;
  return document.faults_of({
    method: request.method(),
    path,
    status: response.status(),
    type,
    // Pictures and sounds are bytes, and a stream is told in pieces.
    text: type?.split(';')[0].endsWith('json') ? await response.text() : '',
    body: parsed(request.postData()),
  });
}
