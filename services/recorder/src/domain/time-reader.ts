/** `Date.parse` takes local times too; MLO-V2's were RFC 3339. */
const rfc3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/;

/** Reads texts in RFC 3339; NaN for what is none. Samples of one scrape share their text: it is parsed once. */
export function createTimeReader(): (text: string) => number {
  let lastText = '';
  let lastMs = Number.NaN;
  return (text) => {
    if (text === lastText) return lastMs;
    lastText = text;
    lastMs = rfc3339.test(text) ? Date.parse(text) : Number.NaN;
    return lastMs;
  };
}
