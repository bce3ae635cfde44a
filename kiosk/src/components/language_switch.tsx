import { type ContentLanguages, standingOf } from "../domain/content_language.ts";
import { readableIn } from "../domain/language_tag.ts";
import { kScreenLanguages, languageName } from "../i18n/index.ts";
import { contentLanguage, t } from "../operator/language.ts";
import { Button } from "./button.tsx";
import { Dialog } from "./dialog.tsx";
import { Icon } from "./icon.tsx";
import { useKiosk } from "./kiosk_context.ts";
import { useOpenHere } from "./use_open_here.ts";

/** With so few, the languages of a test stand side by side in the bar. */
const kSideBySideMost = 3;

/** In the bar: the languages of the test at one tap, and every language behind the globe. */
export function LanguageSwitch({ content }: { content: ContentLanguages | null }) {
  const kiosk = useKiosk();
  const [choosing, setChoosing] = useOpenHere();
  const near = content !== null && content.languages.length <= kSideBySideMost ? content.languages : [];
  const chosen = readableIn(near, contentLanguage.value);
  return (
    <fieldset class="language-switch">
      <legend class="visually-hidden">{t.value.bar.language}</legend>
      {near.map((language) => (
        <button
          key={language}
          type="button"
          lang={language}
          class="language-choice"
          aria-pressed={language === chosen}
          data-testid={`language-${language}`}
          onClick={() => kiosk.language.pick(language)}
        >
          {language.toUpperCase()}
          <span class="visually-hidden"> {languageName(language)}</span>
        </button>
      ))}
      <button
        type="button"
        class="language-choice language-more"
        data-testid="languages"
        onClick={() => setChoosing(true)}
      >
        <Icon name="globe" />
        {chosen !== null ? null : <span aria-hidden="true">{contentLanguage.value.toUpperCase()}</span>}
        <span class="visually-hidden">{t.value.languages.choose}</span>
      </button>
      {choosing ? <LanguageDialog content={content} onClose={() => setChoosing(false)} /> : null}
    </fieldset>
  );
}

function LanguageDialog({ content, onClose }: { content: ContentLanguages | null; onClose: () => void }) {
  const kiosk = useKiosk();
  const words = t.value.languages;
  const own = content?.languages ?? [];
  const others = own.filter((one) => !kScreenLanguages.some((screens) => readableIn(own, screens) === one));
  const all = [...kScreenLanguages, ...others];
  const chosen = readableIn(all, contentLanguage.value);
  return (
    <Dialog name="languages" icon="globe" title={words.choose} class="dialog-wide">
      <ul class="language-list">
        {all.map((language) => {
          const standing = content === null ? null : standingOf(content, language);
          return (
            <li key={language}>
              <button
                type="button"
                class={`language-entry ${standing === "approved" ? "language-approved" : ""}`}
                aria-pressed={language === chosen}
                data-testid={`pick-language-${language}`}
                onClick={() => {
                  kiosk.language.pick(language);
                  onClose();
                }}
              >
                <span class="language-own" lang={language}>
                  {languageName(language)}
                </span>
                {standing === null ? null : <span class="language-standing">{words[standing]}</span>}
              </button>
            </li>
          );
        })}
      </ul>
      <div class="dialog-acts">
        <Button testid="close-languages" onPress={onClose}>
          {t.value.common.close}
        </Button>
      </div>
    </Dialog>
  );
}

/** On the first screen: every language by its own name, for a flag is a country. */
export function LanguageGrid() {
  const kiosk = useKiosk();
  return (
    <fieldset class="language-grid">
      <legend class="visually-hidden">{t.value.bar.language}</legend>
      {kScreenLanguages.map((language) => (
        <button
          key={language}
          type="button"
          lang={language}
          class="language-choice"
          aria-pressed={language === contentLanguage.value}
          data-testid={`language-${language}`}
          onClick={() => kiosk.language.pick(language)}
        >
          {languageName(language)}
        </button>
      ))}
    </fieldset>
  );
}
