export interface Share {
  readonly kind: "database" | "used" | "free";
  readonly size: number;
}

const kLength = 100;
const kHeight = 4;

/** Parts of a whole, side by side; the words beside it say the same. */
export function ShareBar({ parts, label }: { parts: readonly Share[]; label: string }) {
  const whole = parts.reduce((sum, { size }) => sum + size, 0);
  let from = 0;
  return (
    <svg
      class="shares"
      role="img"
      aria-label={label}
      viewBox={`0 0 ${kLength} ${kHeight}`}
      preserveAspectRatio="none"
    >
      {parts.map(({ kind, size }) => {
        const width = whole > 0 ? (size / whole) * kLength : 0;
        const x = from;
        from += width;
        return <rect key={kind} class={`share-${kind}`} x={x} y={0} width={width} height={kHeight} />;
      })}
    </svg>
  );
}
