import { createHash } from 'node:crypto';
import type { Labels } from './feature.ts';
import { pythonRepr } from './files/python-repr.ts';
import type { SeriesHash } from './identifiers.ts';

/**
 * The identity of a series, as MLO-V2 computes it: SHA-1 of
 * `str(OrderedDict(sorted(labels.items())))` in the Python repr before 3.12, `__name__` among the labels.
 */
export function seriesHash(labels: Labels): SeriesHash {
  return createHash('sha1').update(orderedDictText(labels), 'utf8').digest('hex');
}

/** Labels sorted by name, by code point as Python sorts (JavaScript sorts by UTF-16 unit). */
export function sortedLabels(labels: Labels): readonly (readonly [string, string])[] {
  return Object.entries(labels).sort(([a], [b]) => compareCodePoints(a, b));
}

function orderedDictText(labels: Labels): string {
  const items = sortedLabels(labels).map(
    ([name, value]) => `(${pythonRepr(name)}, ${pythonRepr(value)})`,
  );
  return items.length === 0 ? 'OrderedDict()' : `OrderedDict([${items.join(', ')}])`;
}

/** A negative, zero or positive number, by the first code point that differs. */
export function compareCodePoints(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let index = 0; index < length; index += 1) {
    if (a.charCodeAt(index) === b.charCodeAt(index)) continue;
    return rank(a.charCodeAt(index)) - rank(b.charCodeAt(index));
  }
  return a.length - b.length;
}

/** Puts surrogates, the units of code points beyond U+FFFF, behind every other unit. */
function rank(unit: number): number {
  if (unit >= 0xe000) return unit - 0x800;
  return unit >= 0xd800 ? unit + 0x2000 : unit;
}
