import { Writable } from 'node:stream';

const colours: Readonly<Record<string, number>> = {
  warn: 33,
  error: 31,
  fatal: 31,
  debug: 90,
  trace: 90,
};
const apart = new Set(['time', 'level', 'name', 'msg', 'pid', 'hostname', 'err']);

/** Pino's JSON lines as lines for people: time, level, message, then what else there is as key=value. */
export function createPrettyLines(target: NodeJS.WriteStream): Writable {
  return new Writable({
    decodeStrings: false,
    write(line: string, _encoding, done) {
      target.write(prettyLine(line, target.isTTY), () => done());
    },
  });
}

/** A line that is not JSON stays as it is. */
export function prettyLine(line: string, coloured: boolean): string {
  let entry: Record<string, unknown>;
  try {
    entry = JSON.parse(line);
  } catch {
    return line;
  }
  const level = String(entry.level);
  const clock = String(entry.time).slice(11, 23);
  const fields = Object.entries(entry).filter(([key]) => !apart.has(key));
  const rest = fields.map(([key, value]) => ` ${key}=${JSON.stringify(value)}`).join('');
  const { err } = entry;
  const cause = typeof err === 'object' && err !== null && 'stack' in err ? `\n${err.stack}` : '';
  const text = `${clock} ${level.padEnd(5)} ${entry.name} ${entry.msg ?? ''}${rest}${cause}`;
  const colour = colours[level];
  return coloured && colour !== undefined ? `\u001b[${colour}m${text}\u001b[39m\n` : `${text}\n`;
}
