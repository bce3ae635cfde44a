import type { Item, Response, Section } from "../../domain/attempt.ts";
import type { SaveMark } from "../../domain/sheet.ts";
import { languageOf, textIn } from "../../domain/texts.ts";
import { testLanguage } from "../../operator/language.ts";
import { Answer, howTo } from "./answer.tsx";
import { HotspotPicture } from "./hotspot.tsx";
import { Picture } from "./picture.tsx";
import { Sound } from "./sound.tsx";

export interface QuestionPartsProps {
  readonly item: Item;
  readonly section: Section | null;
  readonly response: Response | null;
  /** Null where nothing is saved: in practice. */
  readonly mark: SaveMark | null;
  readonly onResponse: (response: Response | null) => void;
}

/** What is asked and how it is answered; the test and the practice show the same. */
export function QuestionParts({ item, section, response, mark, onResponse }: QuestionPartsProps) {
  const language = testLanguage.value;
  return (
    <div
      class={`question question-${item.type} ${item.image ? "question-with-picture" : ""}`}
      data-item={item.item_id}
      data-type={item.type}
      data-mark={mark}
    >
      <div class="question-ask">
        {section ? (
          <p class="section-name" lang={languageOf(section.title, language)}>
            {textIn(section.title, language)}
          </p>
        ) : null}
        <p class="stem" id="stem" lang={languageOf(item.stem, language)}>
          {textIn(item.stem, language)}
        </p>
        {item.audio ? <Sound audio={item.audio} /> : null}
        <p class="how" id="how">
          {howTo(item)}
        </p>
        {item.image ? (
          item.type === "hotspot" ? (
            <HotspotPicture item={item} response={response} onResponse={onResponse} />
          ) : (
            <Picture item={item} />
          )
        ) : null}
      </div>
      <div class="question-answer">
        <Answer item={item} response={response} onResponse={onResponse} />
      </div>
    </div>
  );
}
