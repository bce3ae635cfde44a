import { signal } from "@preact/signals";
import { useEffect, useState } from "preact/hooks";
import { isOtherRelease } from "../api/app_version.ts";
import { Button } from "../components/button.tsx";
import { useKiosk } from "../components/kiosk_context.ts";
import { Hint } from "../components/notice.tsx";
import { Screen } from "../components/screen.tsx";
import { Waiting } from "../components/waiting.tsx";
import type { Person } from "../domain/roster.ts";
import { t } from "../operator/language.ts";
import type { LaterScreen } from "./later.tsx";

const fetched = signal<typeof import("./later.tsx") | null>(null);

/** The service worker has the code; without one it comes from the box, which may be away: `waiting` says so meanwhile. */
function useLater() {
  const kiosk = useKiosk();
  const [failed, setFailed] = useState(false);
  const load = async () => {
    try {
      fetched.value ??= await import("./later.tsx");
    } catch {
      kiosk.hindrance.value = "unreachable";
      setFailed(true);
    }
  };
  useEffect(() => void load(), []);
  // The code of this page's release is gone from a box that serves another.
  const is_gone = failed && kiosk.box.reachable.value && isOtherRelease(kiosk.box.status.value?.app);
  const waiting = is_gone ? (
    <Hint testid="other-release">{t.value.offline.other_release}</Hint>
  ) : (
    <Waiting onAgain={load} />
  );
  return { later: fetched.value, waiting };
}

/** One of the later screens. */
export function Fetched({ screen }: { screen: LaterScreen }) {
  const kiosk = useKiosk();
  const { later, waiting } = useLater();
  const leave = () =>
    kiosk.operator.peek() === null ? kiosk.show({ name: "attract" }) : void kiosk.showWork();
  if (later !== null) return <later.Later screen={screen} />;
  return (
    <Screen
      title={t.value.common.loading}
      title_hidden
      acts={
        <Button icon="arrow_back" testid="not-fetched" onPress={leave}>
          {t.value.common.back}
        </Button>
      }
    >
      {waiting}
    </Screen>
  );
}

export function FetchedNames(props: { onPerson: (person: Person) => void }) {
  const { later, waiting } = useLater();
  return later === null ? waiting : <later.NameSearch {...props} />;
}
