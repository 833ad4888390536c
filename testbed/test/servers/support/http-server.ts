import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { freePort } from '../../../src/servers/free-port.ts';
import { requireAnswer } from '../../../src/servers/require-answer.ts';
import { type ServerProcess, startServer } from '../../../src/servers/server-process.ts';

/** A server that costs nothing to start: it answers each request with its process id. */
export function startHttpServer(text = serverText): Promise<ServerProcess> {
  return startServer('prometheus', async (folder) => {
    const port = await freePort();
    await writeFile(join(folder, 'server.mjs'), text);
    const address = `http://127.0.0.1:${port}`;
    return {
      address,
      command: [process.execPath, join(folder, 'server.mjs'), String(port)],
      checkReady: () => requireAnswer(address),
    };
  });
}

const serverText = `import { createServer } from 'node:http';
createServer((_, answer) => answer.end(String(process.pid))).listen(Number(process.argv[2]), '127.0.0.1');
`;
