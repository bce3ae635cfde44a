import { useState } from "preact/hooks";
import { Icon } from "../components/icon.tsx";
import { codeIn } from "../domain/console_code.ts";
import { Brand } from "./brand.tsx";
import type { Console } from "./console.ts";

/** What the console is, and how one comes in: who may be root at the box may look at it. */
export function SignInCard({ view }: { view: Console }) {
  const access = view.access.value;
  return (
    <main class="entrance">
      <section class="panel entrance-card" aria-labelledby="entrance-title">
        <Brand />
        <h1 id="entrance-title">Plant IT’s look at this box</h1>
        <p>
          What waits, what arrived, what needs somebody, and the records that Service Bus refused. All but the
          charts and the list of decisions the <code>millrace</code> program at the box tells as well.
        </p>
        {access.kind === "out" ? (
          <CodeForm view={view} note={access.note} code={access.code} />
        ) : (
          <p class="entrance-note" role="status">
            <Icon name={view.silent.value ? "link_down" : "clock"} />
            <span>
              {view.silent.value
                ? "The box does not answer. It is asked again every few seconds."
                : "Asking the box…"}
            </span>
          </p>
        )}
      </section>
    </main>
  );
}

function CodeForm({ view, note, code }: { view: Console; note: string | null; code: string }) {
  const [text, setText] = useState(code);
  return (
    <form
      class="code-form"
      onSubmit={(event) => {
        event.preventDefault();
        if (codeIn(text) !== "") void view.signIn(codeIn(text));
      }}
    >
      {note === null ? null : (
        <p class="entrance-note entrance-warn" role="alert" data-testid="entrance-note">
          <Icon name="warning" />
          <span>{note}</span>
        </p>
      )}
      <p>
        To come in, run this at the box, and open the address that it prints. It is good once, for ten
        minutes.
      </p>
      <pre class="command">
        <code>sudo millrace console</code>
      </pre>
      <label class="field">
        <span class="field-name">Or paste the address, or the code at its end</span>
        <input
          class="field-text field-code"
          type="text"
          autocomplete="off"
          spellcheck={false}
          value={text}
          data-testid="code"
          onInput={(event) => setText(event.currentTarget.value)}
        />
      </label>
      <button type="submit" class="button button-primary" disabled={codeIn(text) === ""} data-testid="enter">
        <span>Open the console</span>
        <Icon name="arrow_next" />
      </button>
    </form>
  );
}
