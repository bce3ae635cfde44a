// The mill wheel in its race: the mark in the bar, and the picture on the first screen.

const kPaddles = 12;

/** A point on a circle around the origin, rounded so that the markup stays short. */
function point(radius: number, part: number): string {
  const angle = (2 * Math.PI * part) / kPaddles;
  return `${(radius * Math.cos(angle)).toFixed(1)} ${(radius * Math.sin(angle)).toFixed(1)}`;
}

export function Wheel() {
  const paddles = Array.from({ length: kPaddles }, (_, part) => part);
  return (
    <svg class="wheel" viewBox="-120 -120 240 240" aria-hidden="true" focusable="false">
      <g class="wheel-turns">
        <circle r="92" />
        <circle r="78" />
        <circle r="16" />
        {paddles.map((part) => (
          <path
            key={part}
            d={`M${point(16, part)} L${point(78, part)} M${point(92, part)} L${point(112, part + 0.16)}`}
          />
        ))}
      </g>
    </svg>
  );
}

export function Race() {
  const wave = "M0 20c30 0 30-12 60-12s30 12 60 12 30-12 60-12 30 12 60 12".concat(
    " 30-12 60-12 30 12 60 12 30-12 60-12 30 12 60 12 30-12 60-12 30 12 60 12".repeat(4),
  );
  return (
    <svg class="race" viewBox="0 0 960 80" preserveAspectRatio="none" aria-hidden="true" focusable="false">
      <path class="race-body" d={`${wave} V80 H0 Z`} />
      <path class="race-line" d={wave} transform="translate(-30 18)" />
      <path class="race-line" d={wave} transform="translate(-70 36)" />
    </svg>
  );
}

export function Mark() {
  return <img class="mark" src="/mark.svg" alt="" width="40" height="40" />;
}
