import { asOf } from "../../components/as_of.ts";
import { Button } from "../../components/button.tsx";
import { Facts } from "../../components/facts.tsx";
import { Icon, type IconName } from "../../components/icon.tsx";
import { useKiosk } from "../../components/kiosk_context.ts";
import { LanguageNote } from "../../components/language_note.tsx";
import { Screen } from "../../components/screen.tsx";
import { useBusy } from "../../components/use_busy.ts";
import { useNow } from "../../components/use_now.ts";
import { standingOf } from "../../domain/content_language.ts";
import { readableIn } from "../../domain/language_tag.ts";
import { percent } from "../../domain/score.ts";
import { textIn } from "../../domain/texts.ts";
import { type Assignment, attemptsLeft, madeAt } from "../../domain/work.ts";
import { languageName } from "../../i18n/index.ts";
import { contentLanguage, screenLanguage, t } from "../../operator/language.ts";

/** What is coming, in which language, and the start. */
export function Brief({ assignment }: { assignment: Assignment }) {
  const kiosk = useKiosk();
  const words = t.value.brief;
  const [busy, start] = useBusy(() => kiosk.open(assignment, null));
  const left = attemptsLeft(assignment);
  const now = useNow();
  const work = kiosk.work.value;
  return (
    <Screen
      title={textIn(assignment.title, contentLanguage.value)}
      acts={
        <>
          <Button icon="arrow_back" disabled={busy} onPress={() => void kiosk.showWork()}>
            {t.value.common.back}
          </Button>
          <span class="acts-gap" />
          <Button
            icon="pen"
            disabled={busy}
            testid="practise"
            onPress={() => kiosk.show({ name: "practice", assignment })}
          >
            {t.value.practice.open}
          </Button>
          <Button kind="primary" icon_end="arrow_next" disabled={busy} testid="start-attempt" onPress={start}>
            {busy ? words.starting : words.start}
          </Button>
        </>
      }
    >
      <Facts
        facts={[
          { name: words.questions, value: String(assignment.question_count) },
          {
            name: words.time,
            value:
              assignment.time_limit_s === null
                ? words.no_limit
                : words.minutes(Math.round(assignment.time_limit_s / 60)),
          },
          { name: words.pass_mark, value: percent(assignment.pass_mark_bp, screenLanguage.value) },
          { name: words.attempts, value: left === null ? words.attempts_free : String(left) },
        ]}
      />
      {work === null ? null : <p class="as-of">{asOf(madeAt(work), now)}</p>}
      <LanguageNote content={assignment} />
      <div class="brief">
        <section aria-labelledby="rules">
          <h2 id="rules">{words.rules}</h2>
          <ul class="rules">
            <Rule icon="disk" text={words.rule_saved} />
            <Rule icon="flag" text={words.rule_back} />
            <Rule icon="globe" text={words.rule_language} />
            <Rule icon="lock" text={words.rule_power} />
            {assignment.witness_required ? <Rule icon="people" text={t.value.witness.rule} /> : null}
          </ul>
        </section>
        <fieldset class="brief-languages">
          <legend>
            <h2>{words.language}</h2>
          </legend>
          {assignment.languages.map((language) => (
            <label key={language} class="choice choice-short" lang={language}>
              <input
                type="radio"
                name="language"
                checked={readableIn(assignment.languages, contentLanguage.value) === language}
                onChange={() => kiosk.language.pick(language)}
                data-testid={`test-language-${language}`}
              />
              <span class="choice-mark" aria-hidden="true" />
              <span class="choice-text">
                {languageName(language)}
                {standingOf(assignment, language) === "approved" ? null : (
                  <span class="choice-lead" lang={screenLanguage.value}>
                    {t.value.languages.not_approved}
                  </span>
                )}
              </span>
            </label>
          ))}
        </fieldset>
      </div>
    </Screen>
  );
}

function Rule({ icon, text }: { icon: IconName; text: string }) {
  return (
    <li>
      <Icon name={icon} />
      <span>{text}</span>
    </li>
  );
}
