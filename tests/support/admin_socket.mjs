// What the command line asks of a box, on the box's own socket.
import { request } from 'node:http';
import { join } from 'node:path';

/// `data`: the box's data folder. The answer as {status, type, headers, text, json}.
export function ask_socket(data, method, path, body = null) {
  return new Promise((resolve, reject) => {
    const headers = { host: 'millrace-edge', ...(body === null ? {} : { 'content-type': 'application/json' }) };
    const asked = request({ socketPath: join(data, 'admin.sock'), method, path, headers }, (answer) => {
      let text = '';
      answer.setEncoding('utf8').on('data', (part) => { text += part; }).on('end', () => {
        const type = answer.headers['content-type'];
        resolve({ status: answer.statusCode, type, headers: answer.headers, text, json: text === '' ? null : JSON.parse(text) });
      });
    });
    asked.on('error', reject).end(body === null ? undefined : JSON.stringify(body));
  });
}
