/** A rate as tc writes it: a number with a unit, `bit` or bytes (`bps`) a second, by thousands or (`i`) by 1,024. */
export const ratePattern = '[0-9]{1,12}(\\.[0-9]{1,6})?([kKmMgGtT]i?)?([bB]it|bps)';

const form = new RegExp(`^${ratePattern}$`);
const prefixes = ['', 'k', 'm', 'g', 't'];

/** Bits a second, rounded down; undefined for what is no rate, or none above zero. */
export function parseRate(text: string): number | undefined {
  if (!form.test(text)) return undefined;
  const unit = text.replace(/^[0-9.]+/, '').toLowerCase();
  const bits = unit.endsWith('bps') ? 8 : 1;
  const [prefix = ''] = unit.slice(0, -3);
  const base = unit.slice(0, -3).endsWith('i') ? 1024 : 1000;
  const rate = Math.floor(Number.parseFloat(text) * bits * base ** prefixes.indexOf(prefix));
  return rate > 0 && Number.isSafeInteger(rate) ? rate : undefined;
}
