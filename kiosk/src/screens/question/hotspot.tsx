import { Icon } from "../../components/icon.tsx";
import type { Region } from "../../domain/attempt.ts";
import { chosenRegion, regionAt } from "../../domain/hotspot.ts";
import { languageOf, textIn } from "../../domain/texts.ts";
import { t, testLanguage } from "../../operator/language.ts";
import type { AnswerProps } from "./choices.tsx";
import { Picture, type Tapped } from "./picture.tsx";

/** The picture takes taps; the list beside it is the same answer for keys, readers and broad fingers. */
export function HotspotPicture({ item, response, onResponse }: AnswerProps) {
  const regions = item.regions ?? [];
  const chosen = chosenRegion(response);
  const tap = ({ x, y, aspect }: Tapped) => {
    const region = regionAt(regions, x, y, aspect);
    if (region !== null) onResponse({ region: region.id });
  };
  return (
    <Picture item={item} onTap={tap}>
      {regions.map((region, at) => (
        <span
          key={region.id}
          class={region.id === chosen ? "region region-chosen" : "region"}
          style={placeOf(region)}
          data-region={region.id}
          aria-hidden="true"
        >
          <span class="region-mark">{region.id === chosen ? <Icon name="check" /> : at + 1}</span>
        </span>
      ))}
    </Picture>
  );
}

export function HotspotList({ item, response, onResponse }: AnswerProps) {
  const chosen = chosenRegion(response);
  return (
    <fieldset class="choices" aria-label={t.value.items.hotspot_places} aria-describedby="how">
      {(item.regions ?? []).map((region, at) => (
        <label key={region.id} class="choice choice-place" data-option={region.id}>
          <input
            type="radio"
            name={item.item_id}
            checked={region.id === chosen}
            onChange={() => onResponse({ region: region.id })}
          />
          <span class="choice-mark" aria-hidden="true" />
          <span class="place-number">{at + 1}</span>
          <span class="choice-text" lang={languageOf(region.label, testLanguage.value)}>
            {textIn(region.label, testLanguage.value)}
          </span>
        </label>
      ))}
    </fieldset>
  );
}

/** Left and top, whichever way the page reads: the picture is not mirrored. */
function placeOf(region: Region) {
  const part = (per_mille: number) => `${per_mille / 10}%`;
  return { left: part(region.x), top: part(region.y), width: part(region.w), height: part(region.h) };
}
