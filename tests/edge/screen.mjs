// One screen at a box, as far as HTTP goes.

/// A kiosk's screen: keeps its cookie and its token, and writes down every answer.
export class Screen {
  #cookie = '';
  #csrf = '';

  constructor(url, answers) {
    Object.assign(this, { url, answers });
  }

  /// `headers` replace the screen's own.
  async ask(method, path, body = null, headers = {}) {
    const own = { cookie: this.#cookie, 'x-millrace-csrf': this.#csrf };
    if (body !== null) own['content-type'] = 'application/json';
    const answer = await fetch(this.url + path, {
      method,
      headers: { ...own, ...headers },
      body: body === null ? undefined : JSON.stringify(body),
    });
    const type = answer.headers.get('content-type');
    // A stream does not end by itself.
    const text = type === 'text/event-stream' ? await this.#first_event(answer) : await answer.text();
    const [cookie] = answer.headers.getSetCookie();
    if (cookie) this.#cookie = cookie.split(';')[0];
    const others = [...answer.headers].filter(([name]) => !['set-cookie', 'content-length'].includes(name));
    this.answers.push({ method, path, body, status: answer.status, type, headers: Object.fromEntries(others), text });
    return { status: answer.status, json: type?.endsWith('json') ? JSON.parse(text) : null, text };
  }

  async #first_event(answer) {
    const reader = answer.body.getReader();
    let text = '';
    while (!text.includes('\n\n')) text += Buffer.from((await reader.read()).value).toString();
    await reader.cancel();
    return text;
  }

  async sign_in(badge, pin) {
    const { status, json, text } = await this.ask('POST', '/api/v1/session', { badge, pin, kiosk: 'k1' });
    if (status !== 201) throw new Error(`${badge}: ${status} ${text}`);
    this.#csrf = json.csrf;
    return json;
  }
}
