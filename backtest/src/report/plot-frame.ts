/** The picture, in its own units. */
export const frame = { width: 1400, height: 480, left: 70, right: 1385, top: 34, bottom: 440 };

/** What it shows: rows' instants from left to right, the KPI upwards. */
export interface Frame {
  readonly from: number;
  readonly to: number;
  readonly low: number;
  readonly high: number;
}

export function placeX({ from, to }: Frame, x: number): number {
  return frame.left + ((x - from) / Math.max(1, to - from)) * (frame.right - frame.left);
}

export function placeY({ low, high }: Frame, y: number): number {
  return frame.bottom - ((y - low) / (high - low)) * (frame.bottom - frame.top);
}
