/** The image's health check: exit code 0 when the service that the container runs answers on /live. */
import { readFileSync } from 'node:fs';
import { isService, ports } from '../src/ports.ts';

const service = process.argv[2] ?? serviceOfContainer();
if (!isService(service)) throw new Error(`the container runs no service but ${service}`);
const variable = `${service.toUpperCase().replaceAll('-', '_')}_PORT`;
const port = process.env[variable] ?? ports[service];
const answer = await fetch(`http://127.0.0.1:${port}/live`, { signal: AbortSignal.timeout(2_000) });
process.exitCode = answer.ok ? 0 : 1;

/** The argument that the first process, whatever wraps it, was given last. */
function serviceOfContainer(): string {
  const words = readFileSync('/proc/1/cmdline', 'utf8').split('\0');
  return words.filter((word) => word !== '').at(-1) ?? '';
}
