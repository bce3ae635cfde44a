import { languageName } from "../i18n/index.ts";
import { contentLanguage, t } from "../operator/language.ts";
import { useKiosk } from "./kiosk_context.ts";

/** Languages side by side, each named in itself. */
export function LanguageSwitch({ languages }: { languages: readonly string[] }) {
  const kiosk = useKiosk();
  return (
    <fieldset class="language-switch">
      <legend class="visually-hidden">{t.value.bar.language}</legend>
      {languages.map((language) => (
        <button
          key={language}
          type="button"
          lang={language}
          class="language-choice"
          aria-pressed={contentLanguage.value === language}
          data-testid={`language-${language}`}
          onClick={() => kiosk.pickLanguage(language)}
        >
          {language.toUpperCase()}
          <span class="visually-hidden"> {languageName(language)}</span>
        </button>
      ))}
    </fieldset>
  );
}
