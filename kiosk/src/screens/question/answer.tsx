import { Icon } from "../../components/icon.tsx";
import type { Item } from "../../domain/attempt.ts";
import { typeOf } from "../../domain/response.ts";
import { t } from "../../operator/language.ts";
import { type AnswerProps, Choices } from "./choices.tsx";
import { HotspotList } from "./hotspot.tsx";
import { Matching } from "./matching.tsx";
import { NumberAnswer } from "./number_answer.tsx";
import { Ordering } from "./ordering.tsx";

/** What the operator gives, in the way that the item asks for it. */
export function Answer(props: AnswerProps) {
  switch (typeOf(props.item)) {
    case "single_choice":
    case "multiple_choice":
    case "true_false":
      return <Choices {...props} />;
    case "numeric":
      return <NumberAnswer {...props} />;
    case "ordering":
      return <Ordering {...props} />;
    case "matching":
      return <Matching {...props} />;
    case "hotspot":
      return <HotspotList {...props} />;
    case null:
      return <UnknownItem item={props.item} />;
  }
}

/** One release apart from the box, the app may be asked to show what it does not know. */
function UnknownItem({ item }: { item: Item }) {
  const words = t.value.items;
  return (
    <div class="unknown-item" role="alert" data-testid="unknown-item">
      <Icon name="warning" />
      <div>
        <p class="unknown-title">{words.unknown}</p>
        <p>{words.unknown_help}</p>
        <p>{t.value.common.reference(`${item.type} · ${item.item_id}`)}</p>
      </div>
    </div>
  );
}

export function howTo(item: Item): string {
  const { question, items } = t.value;
  switch (typeOf(item)) {
    case "single_choice":
      return question.choose_one;
    case "multiple_choice":
      return question.choose_many;
    case "true_false":
      return question.choose_truth;
    case "numeric":
      return question.type_number;
    case "ordering":
      return `${items.order} ${items.order_how}`;
    case "matching":
      return `${items.match} ${items.match_how}`;
    case "hotspot":
      return items.hotspot;
    case null:
      return "";
  }
}
