import { asOf } from "../../components/as_of.ts";
import { Button } from "../../components/button.tsx";
import { useKiosk } from "../../components/kiosk_context.ts";
import { LetterField } from "../../components/letter_field.tsx";
import { requestTitle } from "../../components/request_text.ts";
import { Screen } from "../../components/screen.tsx";
import { usePinTry } from "../../components/use_pin_try.ts";
import { Waiting } from "../../components/waiting.tsx";
import { type DraftPart, isFilled, kCommentCharactersMost, partsOf } from "../../domain/request.ts";
import { isLeader } from "../../domain/status.ts";
import { contentLanguage, t } from "../../operator/language.ts";
import { plantTime } from "../../operator/plant_time.ts";
import { CheckPart } from "./check_part.tsx";
import { KindPart, ReasonPart, SkillPart } from "./choice_parts.tsx";
import { PeoplePart } from "./people_part.tsx";
import { WhenPart } from "./when_part.tsx";

/** A request, one thing at a time, with gloves; at its end the PIN signs it. */
export function RequestForm() {
  const kiosk = useKiosk();
  const words = t.value.request;
  const { desk } = kiosk;
  const draft = desk.draft.value;
  const choices = desk.choices.value;
  const tried = usePinTry(async (pin) => {
    if (draft === null || draft.kind === null || draft.skill === null) return null;
    return kiosk.desk.sendRequest(pin, requestTitle(choices, draft.kind, draft.skill));
  });
  const leave = () => {
    if (isLeader(kiosk.operator.peek()) && draft?.operator_ids !== null) void kiosk.desk.showLeader();
    else void kiosk.showWork();
  };
  if (draft === null || choices === null) {
    return (
      <Screen
        title={words.title}
        acts={
          <Button icon="arrow_back" testid="request-back" onPress={leave}>
            {t.value.common.back}
          </Button>
        }
      >
        {/* Without a draft it is settled, and another screen comes. */}
        {draft === null ? null : <Waiting onAgain={() => desk.showForm()} />}
      </Screen>
    );
  }
  const parts = partsOf(draft);
  const at = Math.min(desk.part.value, parts.length - 1);
  const part = parts[at] ?? "kind";
  const back = () => {
    if (at === 0 || draft.frozen) leave();
    else desk.part.value = at - 1;
  };
  return (
    <Screen
      key={part}
      title={titleOf(part)}
      title_hidden={part === "check"}
      lead={leadOf(part)}
      acts={
        <>
          <Button icon="arrow_back" disabled={tried.busy} testid="request-back" onPress={back}>
            {at === 0 ? words.cancel : t.value.common.back}
          </Button>
          <p class="acts-note" data-part={part}>
            {draft.operator_ids === null ? words.title : words.title_team}
            {" · "}
            {words.part(at + 1, parts.length)}
          </p>
          {part === "check" ? null : (
            <Button
              kind="primary"
              icon_end="arrow_next"
              testid="request-next"
              disabled={!isFilled(draft, part)}
              onPress={() => {
                desk.part.value = at + 1;
              }}
            >
              {words.next}
            </Button>
          )}
        </>
      }
    >
      {part === "skill" || part === "reason" ? (
        <p class="as-of">{asOf(choices.catalogue_as_of, plantTime())}</p>
      ) : null}
      {part === "people" ? <PeoplePart draft={draft} choices={choices} /> : null}
      {part === "kind" ? <KindPart draft={draft} /> : null}
      {part === "skill" ? <SkillPart draft={draft} choices={choices} /> : null}
      {part === "reason" ? <ReasonPart draft={draft} choices={choices} /> : null}
      {part === "when" ? <WhenPart draft={draft} /> : null}
      {part === "comment" ? (
        <LetterField
          label={words.comment_field}
          value={draft.comment}
          most={kCommentCharactersMost}
          onValue={(comment) => desk.change({ comment, comment_language: contentLanguage.value })}
        />
      ) : null}
      {part === "check" ? <CheckPart draft={draft} choices={choices} tried={tried} /> : null}
    </Screen>
  );
}

function titleOf(part: DraftPart): string {
  return t.value.request[part];
}

function leadOf(part: DraftPart): string | null {
  if (part === "comment") return t.value.request.comment_lead;
  return null;
}
