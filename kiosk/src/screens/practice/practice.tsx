import { useState } from "preact/hooks";
import { Button } from "../../components/button.tsx";
import { useKiosk } from "../../components/kiosk_context.ts";
import { Hint } from "../../components/notice.tsx";
import { Screen } from "../../components/screen.tsx";
import type { Response } from "../../domain/attempt.ts";
import { isRight } from "../../domain/practice.ts";
import type { Assignment } from "../../domain/work.ts";
import { contentLanguage, t } from "../../operator/language.ts";
import { QuestionParts } from "../question/question_parts.tsx";
import { practiceItems } from "./practice_items.ts";

/** The way to answer, tried without consequence: no request leaves this screen. */
export function Practice({ assignment }: { assignment: Assignment }) {
  const kiosk = useKiosk();
  const words = t.value.practice;
  const [at, setAt] = useState(0);
  const [response, setResponse] = useState<Response | null>(null);
  const [checked, setChecked] = useState(false);
  const items = practiceItems(words, contentLanguage.value);
  const { item, right } = items[at] ?? items[0] ?? { item: null, right: null };
  const last = at >= items.length - 1;
  const end = () => kiosk.show({ name: "brief", assignment });
  const next = () => {
    setAt(at + 1);
    setResponse(null);
    setChecked(false);
  };
  if (item === null || right === null) return null;
  const is_right = checked && isRight(response, right);
  return (
    <Screen
      title={words.title}
      lead={words.lead}
      place={String(at)}
      acts={
        <>
          <Button icon="arrow_back" testid="end-practice" onPress={end}>
            {words.end}
          </Button>
          <p class="acts-note">{t.value.question.progress(at + 1, items.length)}</p>
          <Button
            icon="check"
            kind={is_right ? "plain" : "primary"}
            disabled={response === null}
            testid="check-practice"
            onPress={() => setChecked(true)}
          >
            {words.check}
          </Button>
          {last ? null : (
            <Button
              kind={is_right ? "primary" : "plain"}
              icon_end="arrow_next"
              testid="next-practice"
              onPress={next}
            >
              {t.value.question.next}
            </Button>
          )}
        </>
      }
    >
      <div class="practice-say" role="status" data-testid="practice-say" data-right={is_right}>
        {checked ? (
          <Hint good={is_right} icon={is_right ? "check" : "warning"}>
            {is_right ? words.right : words.wrong}
          </Hint>
        ) : null}
      </div>
      <QuestionParts
        key={item.item_id}
        item={item}
        section={null}
        response={response}
        mark={null}
        onResponse={(given) => {
          setResponse(given);
          setChecked(false);
        }}
      />
    </Screen>
  );
}
