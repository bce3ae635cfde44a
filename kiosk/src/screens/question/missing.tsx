import type { ComponentChildren } from "preact";
import { useEffect } from "preact/hooks";
import { Button } from "../../components/button.tsx";
import type { IconName } from "../../components/icon.tsx";
import { useKiosk } from "../../components/kiosk_context.ts";
import { Hint } from "../../components/notice.tsx";
import { t } from "../../operator/language.ts";

/** In place of a picture or a recording that did not come: asked for by a tap, and without one once the box is back. */
export function Missing(props: { icon: IconName; children: ComponentChildren; onAgain: () => void }) {
  const kiosk = useKiosk();
  useEffect(() => kiosk.box.whenBack(props.onAgain), []);
  return (
    <div class="missing">
      <Hint icon={props.icon}>{props.children}</Hint>
      <Button icon="again" testid="fetch-again" onPress={props.onAgain}>
        {t.value.common.again}
      </Button>
    </div>
  );
}
