import type { Server } from './http/server.ts';

/** What `app.ts` of each service makes of its ports: routes on a server, loops that can be started and stopped. */
export interface Service {
  readonly name: string;
  readonly server: Server;
  /** Migrates, listens and starts the loops; resolves to the base URL when it answers. */
  start(): Promise<string>;
  /** Stops loops, then the server, inside the grace period. Leaves log and database open: main.ts owns them. */
  stop(): Promise<void>;
}
