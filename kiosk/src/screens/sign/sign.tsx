import { useState } from "preact/hooks";
import type { Witness } from "../../api/box_api.ts";
import { BadgeEntry } from "../../components/badge_entry.tsx";
import { Button } from "../../components/button.tsx";
import { useKiosk } from "../../components/kiosk_context.ts";
import { Hint } from "../../components/notice.tsx";
import { PinEntry } from "../../components/pin_entry.tsx";
import { LeaderUnlock, PinTrouble } from "../../components/pin_trouble.tsx";
import { Screen } from "../../components/screen.tsx";
import { useNow } from "../../components/use_now.ts";
import { usePinTry } from "../../components/use_pin_try.ts";
import { secondsLeft } from "../../domain/countdown.ts";
import { pinWait } from "../../domain/outcome.ts";
import { textIn } from "../../domain/texts.ts";
import type { HandInHindrance } from "../../operator/hindrance.ts";
import { contentLanguage, t } from "../../operator/language.ts";
import type { Sitting } from "../../operator/sitting.ts";

type Stage = "own-badge" | "own-pin" | "witness-badge" | "witness-pin";

/** Where the signing goes on after a refusal: with the one whose word was not taken. */
function stageAfter(hindrance: HandInHindrance, stage: Stage): Stage {
  if (hindrance === null || typeof hindrance === "string") return stage;
  switch (hindrance.code) {
    case "wrong-badge":
      return "own-badge";
    case "wrong-pin":
      return "own-pin";
    // Who has to wait says so at their PIN, where another one can be called.
    case "wrong-witness":
      return pinWait(hindrance) === null ? "witness-badge" : stage;
    case "witness-missing":
    case "witness-not-allowed":
      return "witness-badge";
    default:
      return stage;
  }
}

/** What is signed, by whom; badge and PIN again are the signature. A witness signs after that where the test asks. */
export function Sign({ sitting, again }: { sitting: Sitting; again: boolean }) {
  const kiosk = useKiosk();
  const words = t.value.sign;
  const { attempt } = sitting;
  // It may run out here, and a box that stood still gives time back. Null, without a limit, is not 0.
  useNow();
  const time_up = secondsLeft(sitting.time.value, performance.now()) === 0;
  const [witnessed, setWitnessed] = useState(attempt.witness_required === true);
  // Whoever came by name has no badge to show.
  const has_badge = kiosk.badge !== null;
  const [stage, setStage] = useState<Stage>(has_badge ? "own-badge" : "own-pin");
  const [own_badge, setOwnBadge] = useState("");
  const [own_pin, setOwnPin] = useState("");
  const [badge, setBadge] = useState("");
  const own = stage === "own-badge" || stage === "own-pin";
  const handIn = async (pin: string, witness: Witness | null) => {
    const hindrance = await kiosk.handIn(pin, has_badge ? own_badge : null, witness);
    const next = stageAfter(hindrance, stage);
    if (next === "witness-badge") {
      setWitnessed(true);
      setOwnPin(pin);
    }
    if (next === "own-badge" || next === "own-pin") setOwnPin("");
    setStage(next);
    return hindrance;
  };
  const tried = usePinTry((pin) =>
    stage === "witness-pin" ? handIn(own_pin, { badge, pin }) : handIn(pin, null),
  );
  const otherWitness = () => {
    tried.forget();
    setStage("witness-badge");
  };
  const giveOwn = (pin: string) => {
    if (!witnessed) return tried.give(pin);
    tried.forget();
    setOwnPin(pin);
    setStage("witness-badge");
  };
  const of_witness = t.value.witness;
  const title = own ? words.title : of_witness.title;
  const asked = {
    "own-badge": words.badge,
    "own-pin": words.pin,
    "witness-badge": of_witness.badge,
    "witness-pin": `${of_witness.pin} (${badge})`,
  }[stage];
  return (
    <Screen
      place={stage}
      stays
      title={`${title} · ${asked}`}
      title_hidden
      acts={
        time_up && stage !== "witness-pin" && tried.wait_s === 0 ? null : (
          <>
            {time_up ? null : (
              <Button icon="arrow_back" disabled={tried.busy} onPress={() => kiosk.show({ name: "review" })}>
                {t.value.common.back}
              </Button>
            )}
            <span class="acts-gap" />
            {stage === "witness-pin" ? (
              <Button icon="people" disabled={tried.busy} testid="other-witness" onPress={otherWitness}>
                {of_witness.other}
              </Button>
            ) : null}
            {/* At the witness's PIN it may be either of the two who has to wait. */}
            <LeaderUnlock
              tried={tried}
              badge={own ? kiosk.badge : null}
              person={own && !has_badge ? kiosk.operator.value : null}
            />
          </>
        )
      }
    >
      <div class="two-parts" data-stage={stage}>
        <section class="part-words">
          <p class="part-title" aria-hidden="true">
            {title}
          </p>
          {witnessed ? <p class="as-of">{of_witness.part(own ? 1 : 2, 2)}</p> : null}
          {time_up ? (
            <Hint icon="clock" testid="time-up">
              {words.time_up}
            </Hint>
          ) : null}
          {again ? (
            <Hint icon="pen" testid="sign-again">
              {t.value.offline.sign_again}
            </Hint>
          ) : null}
          <div class="signed">
            <p class="signed-what">{words.what}</p>
            <p class="signed-title">{textIn(attempt.title, contentLanguage.value)}</p>
            <p>{words.attempt(attempt.attempt_no)}</p>
            <p>{words.answered(sitting.counts.value.answered, attempt.items.length)}</p>
            <p class="signed-what">{words.by}</p>
            <p class="signed-title">{kiosk.operator.value?.name}</p>
          </div>
          <p class="lead">{own ? words.statement : `${of_witness.statement} ${of_witness.lead}`}</p>
          <PinTrouble tried={tried} unreachable={words.no_answer} />
        </section>
        <section class="part-act">
          {stage === "own-badge" ? (
            <BadgeEntry
              label={asked}
              onBadge={(given) => {
                // The wait is theirs, whichever badge they show.
                if (tried.wait_s === 0) tried.forget();
                setOwnBadge(given);
                setStage("own-pin");
              }}
            />
          ) : stage === "witness-badge" ? (
            <BadgeEntry
              label={asked}
              onBadge={(given) => {
                tried.forget();
                setBadge(given);
                setStage("witness-pin");
              }}
            />
          ) : (
            <PinEntry
              label={asked}
              act={own && witnessed ? of_witness.next : words.sign}
              act_busy={sitting.waiting.value > 0 ? words.waiting_answers : words.signing}
              icon="pen"
              busy={tried.busy}
              disabled={tried.wait_s > 0}
              onPin={own ? giveOwn : tried.give}
            />
          )}
        </section>
      </div>
    </Screen>
  );
}
