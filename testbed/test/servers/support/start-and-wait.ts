/** Starts a server, prints its process id and folder, and waits to be killed. */
import { startHttpServer } from './http-server.ts';

const { pid, folder } = await startHttpServer();
console.log(JSON.stringify({ pid, folder }));
