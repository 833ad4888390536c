/**
 * The image's health check: exit code 0 when the service that the container runs answers on /live.
 * Its one argument is the process that runs it, when that is not the container's first.
 */
import { readFileSync } from 'node:fs';
import { isService, ports } from '../src/ports.ts';

const [pid = '1'] = process.argv.slice(2);
// The entry point is given the service's name last, whatever wraps it.
const words = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
const service = words.filter((word) => word !== '').at(-1) ?? '';
if (!isService(service)) throw new Error(`process ${pid} runs no service but: ${words.join(' ')}`);

const variable = `${service.toUpperCase().replaceAll('-', '_')}_PORT`;
const port = process.env[variable] ?? ports[service];
const answer = await fetch(`http://127.0.0.1:${port}/live`, { signal: AbortSignal.timeout(2_000) });
process.exitCode = answer.ok ? 0 : 1;
