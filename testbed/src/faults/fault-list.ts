import { setTimeout as pause } from 'node:timers/promises';
import type { RealSuite } from '../suite/real-suite.ts';

/** Something that is ended as a power cut would end it, and started again. */
export interface Fault {
  readonly name: string;
  end(): Promise<void>;
  /** Resolves when it is ready again. */
  start(): Promise<void>;
  /** Whether it must be started again before the suite can go on; a service has another replica. */
  readonly alone: boolean;
}

/** How long a server stays away. */
const awayMs = 3000;

/** Every real server, and the first replica of every service. */
export function faultsOf({ servers, services }: RealSuite): readonly Fault[] {
  return [
    ...Object.values(servers).map((server) => ({
      name: server.name,
      alone: true,
      end: () => server.kill(),
      async start() {
        await pause(awayMs);
        await server.restart();
      },
    })),
    ...Object.values(services).flatMap(([first, second]) =>
      first === undefined
        ? []
        : [
            {
              name: first.name,
              alone: second === undefined,
              end: () => first.process.kill(),
              async start() {
                await first.start();
                await first.ready();
              },
            },
          ],
    ),
  ];
}
