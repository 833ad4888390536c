/**
 * What the example's `command` actuator runs: tells the recorded Prometheus which flavor is in
 * force. Plain JavaScript, for whatever Node the actuator finds. Exit code 0 when it took it. Run: `node testbed/src/switch-flavor.mjs --url URL --flavor 2`.
 */
import { parseArgs } from 'node:util';

const { values } = parseArgs({
  options: { url: { type: 'string' }, flavor: { type: 'string' } },
});
if (values.url === undefined || values.flavor === undefined) {
  console.error('usage: switch-flavor --url URL --flavor 1|2');
  process.exit(2);
}
const answer = await fetch(new URL('/testbed/flavor', values.url), {
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify({ flavor: Number(values.flavor) }),
});
console.log(await answer.text());
process.exit(answer.ok ? 0 : 1);
