import { type ContentLanguages, shownLanguage, standingOf } from "../domain/content_language.ts";
import { baseOf } from "../domain/language_tag.ts";
import { languageNameIn } from "../i18n/index.ts";
import { contentLanguage, screenLanguage, t } from "../operator/language.ts";
import { Icon } from "./icon.tsx";

/** Says that the test does not have the operator's language, or has it without anybody's approval, or is for looking at only. */
export function LanguageNote({ content }: { content: ContentLanguages }) {
  const wanted = contentLanguage.value;
  const standing = standingOf(content, wanted);
  const is_sample = standing === "approved" && content.layout_sample === true;
  if (standing === "approved" && !is_sample) return null;
  const words = t.value.languages;
  const shown = shownLanguage(content, wanted);
  const name = (language: string) => languageNameIn(language, screenLanguage.value);
  return (
    <p
      class="language-note"
      role="status"
      data-testid="language-note"
      data-standing={is_sample ? "sample" : standing}
    >
      <Icon name="globe" />
      <span>
        {is_sample
          ? words.layout_sample
          : baseOf(shown) === baseOf(wanted)
            ? words.test_unapproved(name(wanted))
            : words.test_lacks(name(wanted), name(shown))}
      </span>
    </p>
  );
}
