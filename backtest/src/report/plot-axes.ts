import type { Rows } from '../read/lay-rows.ts';
import { type Frame, frame, placeX, placeY } from './plot-frame.ts';

const steps = 6;

/** Grid lines with their values at the left, and times below as they stand in the input. */
export function* axisLines(at: Frame, rows: Rows, kpi: string): Generator<string> {
  const step = roundStep((at.high - at.low) / steps);
  for (let value = Math.ceil(at.low / step) * step; value <= at.high; value += step) {
    const y = placeY(at, value).toFixed(1);
    yield `<path d="M${frame.left},${y}H${frame.right}" stroke="#e4e4e4"/>`;
    yield `<text x="${frame.left - 6}" y="${y}" dy="4" text-anchor="end">${Number(value.toPrecision(6))}</text>\n`;
  }
  const middle = (frame.top + frame.bottom) / 2;
  yield `<text transform="translate(16 ${middle}) rotate(-90)" text-anchor="middle">${kpi}</text>\n`;
  for (let k = 0; k <= steps; k += 1) {
    const row = rowAt(rows, at.from + (k / steps) * (at.to - at.from));
    const x = placeX(at, rows.ticksAt[row] ?? at.from).toFixed(1);
    const anchor = k === 0 ? 'start' : k === steps ? 'end' : 'middle';
    yield `<text x="${x}" y="${frame.bottom + 20}" text-anchor="${anchor}">${rows.times[row] ?? ''}</text>\n`;
  }
}

/** 1, 2 or 5 times a power of ten. */
function roundStep(wanted: number): number {
  const power = 10 ** Math.floor(Math.log10(wanted));
  const factor = [1, 2, 5].find((each) => each * power >= wanted) ?? 10;
  return factor * power;
}

/** The last row not after an instant. */
function rowAt({ ticksAt }: Rows, instant: number): number {
  const after = ticksAt.findIndex((at) => at > instant);
  return after < 0 ? ticksAt.length - 1 : Math.max(0, after - 1);
}
