import { Avatar } from "../../components/avatar.tsx";
import { Button } from "../../components/button.tsx";
import { useKiosk } from "../../components/kiosk_context.ts";
import { Screen } from "../../components/screen.tsx";
import { t } from "../../operator/language.ts";

/** Badges lie about and readers misread: the name is seen before anything is done in it. */
export function Confirm() {
  const kiosk = useKiosk();
  const words = t.value.confirm;
  const operator = kiosk.operator.value;
  if (operator === null) return null;
  return (
    <Screen title={words.title} title_hidden>
      <div class="two-parts confirm">
        <section class="part-words confirm-person">
          <Avatar person={operator} />
          <p class="confirm-name" data-testid="confirm-name">
            {operator.name}
          </p>
        </section>
        <section class="part-act">
          <p class="part-title" aria-hidden="true">
            {words.title}
          </p>
          <p class="lead">{words.lead}</p>
          <Button
            kind="primary"
            icon="check"
            class="button-tall"
            testid="confirm-me"
            onPress={() => void kiosk.goOn()}
          >
            {words.yes}
          </Button>
          <Button icon="cross" class="button-tall" testid="not-me" onPress={() => void kiosk.signOut()}>
            {words.no}
          </Button>
        </section>
      </div>
    </Screen>
  );
}
