/** A row of large values, each with its name. */
export function Facts({ facts }: { facts: readonly { name: string; value: string }[] }) {
  return (
    <dl class="facts">
      {facts.map((fact) => (
        <div key={fact.name} class="fact">
          <dt>{fact.name}</dt>
          <dd>{fact.value}</dd>
        </div>
      ))}
    </dl>
  );
}
