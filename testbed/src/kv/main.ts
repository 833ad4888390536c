/** The key-value service as a process: `node testbed/src/kv/main.ts --host 127.0.0.1 --port 7000`. Prints its URL when it answers. */
import { parseArgs } from 'node:util';
import { createKeyValues } from './key-values.ts';
import { createKvService } from './service.ts';

const { values } = parseArgs({
  options: {
    host: { type: 'string', default: '127.0.0.1' },
    port: { type: 'string', default: '7000' },
    keys: { type: 'string', default: '1000' },
    'value-bytes': { type: 'string', default: '8192' },
  },
});
const keys = Number(values.keys);
const service = createKvService(
  createKeyValues({ keys, valueBytes: Number(values['value-bytes']), maxKeys: 2 * keys }),
);
console.log(await service.listen({ host: values.host, port: Number(values.port) }));
process.once('SIGTERM', () => service.close());
