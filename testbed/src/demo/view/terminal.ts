import { styleText } from 'node:util';

/** Where the demo writes: lines that stay, and on a terminal one line that moves. */
export interface Screen {
  readonly columns: number;
  line(text?: string): void;
  /** Replaces the moving line; on a pipe only every so often a plain line. */
  moving(text: string): void;
  /** Leaves the moving line as it is. */
  settle(): void;
}

type Style = Parameters<typeof styleText>[0];

/** Colours on a terminal; plain where NO_COLOR is set or the output is a pipe. */
export function paint(style: Style, text: string): string {
  return styleText(style, text, { stream: process.stdout });
}

/** A pipe is given a moving line's state at most once in so long. */
const pipePeriodMs = 5000;

export function createScreen(stream: NodeJS.WriteStream = process.stdout): Screen {
  const terminal = stream.isTTY === true;
  let moving = '';
  let lastPiped = 0;
  return {
    columns: terminal ? stream.columns : 100,
    line(text = '') {
      if (moving !== '' && terminal) stream.write('\r\u001b[2K');
      moving = '';
      stream.write(`${text}\n`);
    },
    moving(text) {
      if (terminal) {
        moving = text;
        stream.write(`\r\u001b[2K${text}`);
        return;
      }
      const now = performance.now();
      if (now - lastPiped < pipePeriodMs) return;
      lastPiped = now;
      stream.write(`${text}\n`);
    },
    settle() {
      if (moving !== '' && terminal) stream.write('\n');
      moving = '';
    },
  };
}

/** `████████░░░░  66 %` */
export function bar(share: number, width: number): string {
  const full = Math.round(Math.min(1, Math.max(0, share)) * width);
  const percent = `${Math.round(100 * share)} %`.padStart(5);
  return `${'█'.repeat(full)}${'░'.repeat(width - full)} ${percent}`;
}

/** Rows of cells, each column as wide as its widest cell; numbers to the right. */
export function table(rows: readonly (readonly string[])[]): readonly string[] {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => (row[column] ?? '').length)),
  );
  return rows.map((row) =>
    row
      .map((cell, column) => {
        const width = widths[column] ?? 0;
        return /^[-−]?[0-9.,]+( ?%)?$/.test(cell) ? cell.padStart(width) : cell.padEnd(width);
      })
      .join('  ')
      .trimEnd(),
  );
}
