// What stands for a person who has no photo.

/** "Anna Kowalska" → "AK" */
export function initials(name: string): string {
  const parts = name.split(/\s+/).filter(Boolean);
  const first = Array.from(parts[0] ?? "")[0] ?? "";
  const last = parts.length > 1 ? (Array.from(parts.at(-1) ?? "")[0] ?? "") : "";
  return (first + last).toUpperCase();
}
