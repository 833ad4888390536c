import { parseDecimal } from './csv-cell.ts';

/** Numbers from here on are epoch milliseconds: as seconds they would lie beyond the year 5000. */
const firstMilliseconds = 1e11;
/** Numbers from here on are finer than milliseconds. */
const firstMicroseconds = 1e14;

const rfc3339 = /^(\d{4}-\d{2}-\d{2})[Tt ](\d{2}:\d{2}:\d{2}(?:\.\d+)?)([Zz]|[+-]\d{2}:\d{2})$/;

/** Epoch ms of epoch seconds (with a fraction, perhaps), epoch milliseconds or RFC 3339; undefined for anything else. */
export function parseTimestamp(text: string): number | undefined {
  const number = parseDecimal(text);
  if (number === undefined) return parseRfc3339(text.trim());
  if (number < 0 || number >= firstMicroseconds) return undefined;
  return Math.round(number >= firstMilliseconds ? number : number * 1000);
}

/** Epoch seconds as MLO-V2 writes them; milliseconds, where there are any, as a fraction. */
export function epochSeconds(at: number): string {
  return String(at / 1000);
}

function parseRfc3339(text: string): number | undefined {
  const [, date, time, zone] = rfc3339.exec(text) ?? [];
  if (date === undefined || time === undefined || zone === undefined) return undefined;
  // Date.parse takes 30 February for 1 March.
  const day = Date.parse(`${date}T00:00:00Z`);
  if (Number.isNaN(day) || !new Date(day).toISOString().startsWith(date)) return undefined;
  const at = Date.parse(`${date}T${time}${zone.toUpperCase()}`);
  return Number.isNaN(at) || at < 0 ? undefined : at;
}
