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

/** As public/mark.svg, in the colour of the theme. */
export function Mark() {
  return (
    <svg class="mark" viewBox="0 0 32 32" aria-hidden="true" focusable="false">
      <circle cx="16" cy="13" r="7.5" />
      <path d="M16 2.5v7M16 16.5v7M5.5 13h7M19.5 13h7M8.6 5.6l4.9 4.9M18.5 15.5l4.9 4.9M23.4 5.6l-4.9 4.9M13.5 15.5l-4.9 4.9" />
      <path d="M2 28c2.3 0 2.3-1.8 4.7-1.8S9 28 11.3 28s2.3-1.8 4.7-1.8S18.3 28 20.7 28s2.3-1.8 4.7-1.8S27.7 28 30 28" />
    </svg>
  );
}
