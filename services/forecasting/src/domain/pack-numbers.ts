/** The long rows of a model by their names, each of them an `ArrayLike` where it is declared: trees, analogs, phase tables, residuals. */
const longRows = new Set(['column', 'left', 'number', 'places', 'outcomes', 'kpi', 'load', 'grid']);

/**
 * What was read from JSON, with a model's long rows of numbers as typed arrays; in place. A plain array may come to hold
 * a box for each number (V8 turns it into one wherever code also meets arrays of other things), and of a thousand models
 * those are tens of millions of objects to be marked at each collection.
 */
export function packNumbers<T>(value: T): T {
  if (typeof value !== 'object' || value === null) return value;
  const parts = value as Record<string, unknown>;
  for (const [name, part] of Object.entries(parts)) {
    if (!Array.isArray(part)) packNumbers(part);
    else if (longRows.has(name) && part.every((cell) => typeof cell === 'number'))
      parts[name] = Float64Array.from(part);
    else if (part.some((cell) => typeof cell === 'object')) part.forEach(packNumbers);
  }
  return value;
}
