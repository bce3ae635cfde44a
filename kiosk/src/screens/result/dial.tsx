import { percent } from "../../domain/score.ts";
import { screenLanguage } from "../../operator/language.ts";

const kRadius = 84;
const kRound = 2 * Math.PI * kRadius;

/** The score as a ring with a notch at the pass mark; the number stands in it. */
export function Dial(props: { score_bp: number; pass_mark_bp: number; passed: boolean }) {
  const filled = (props.score_bp / 10_000) * kRound;
  const notch = (props.pass_mark_bp / 10_000) * 360 - 90;
  return (
    <div class={props.passed ? "dial dial-passed" : "dial dial-failed"}>
      <svg viewBox="-100 -100 200 200" aria-hidden="true" focusable="false">
        <circle class="dial-track" r={kRadius} />
        <circle
          class="dial-fill"
          r={kRadius}
          transform="rotate(-90)"
          stroke-dasharray={`${filled} ${kRound}`}
        />
        <line class="dial-notch" x1="70" x2="98" transform={`rotate(${notch})`} />
      </svg>
      <p class="dial-score">{percent(props.score_bp, screenLanguage.value)}</p>
    </div>
  );
}
