/** What stands at a path inside a value; undefined when nothing does. */
export function valueAt(value: unknown, path: readonly string[]): unknown {
  let found = value;
  for (const part of path) {
    if (typeof found !== 'object' || found === null || !Object.hasOwn(found, part))
      return undefined;
    found = Reflect.get(found, part);
  }
  return found;
}

/** A scalar for a message, cut to a bearable length; undefined for anything else. */
export function shown(value: unknown): string | undefined {
  if (value === undefined || (typeof value === 'object' && value !== null)) return undefined;
  const text = JSON.stringify(value);
  return text === undefined || text.length <= 80 ? text : `${text.slice(0, 77)}…"`;
}
