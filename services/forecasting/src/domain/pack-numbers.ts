/** Shorter rows are left: a typed array has a price of its own. */
const fewestNumbers = 256;

/**
 * What was read from JSON, with its long rows of numbers as typed arrays; in place. A plain array may come to hold a
 * box for each number (V8 turns it into one wherever code also meets arrays of other things), and of a thousand models
 * those are tens of millions of objects to be marked at each collection.
 */
export function packNumbers<T>(value: T): T {
  return packed(value) as T;
}

function packed(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value) && isLongRow(value)) return Float64Array.from(value);
  const parts = value as Record<string, unknown>;
  for (const [name, part] of Object.entries(parts)) {
    const own = packed(part);
    if (own !== part) parts[name] = own;
  }
  return value;
}

function isLongRow(values: readonly unknown[]): values is readonly number[] {
  return values.length >= fewestNumbers && values.every((value) => typeof value === 'number');
}
