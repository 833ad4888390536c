import { seededRandom } from '@slicecast/stats';
import type { Past } from '../../../src/lab/accept/run-acceptance.ts';
import { shapes } from '../../../src/lab/load/shapes.ts';
import { exporterPort } from '../../../src/lab/scrape-config.ts';
import { labSettings } from '../../../src/lab/settings.ts';

const cycleSeconds = 50;
const cycleCount = 8;
/** One flavor was profiled before the other; the last of it was a minute ago. */
const restSeconds = 60;
/** Megabits that a client asks for in a second. */
const perClient = 0.07;

/** A lab's connection counts and R_99 as they would have been under either flavor, with some noise. */
export function madeUpPast(now: number): Past {
  const count = cycleSeconds * cycleCount;
  const end = Math.floor(now / 1000) - restSeconds;
  const profiles = labSettings.flavors.map(({ id, bandwidth }, place) => {
    const start = end - (labSettings.flavors.length - place) * count;
    return { id, start, ...profileOf(count, Number.parseInt(bandwidth, 10), id) };
  });
  return {
    history({ addresses }) {
      const lines = ['node_netstat_Tcp_CurrEstab', 'node_sockstat_TCP_inuse'].flatMap((name) =>
        [addresses.server, addresses.client].flatMap((host) =>
          profiles.flatMap(({ start, clients }) =>
            clients.map((value, second) => {
              const labels = `instance="${host}:${exporterPort}",job="node"`;
              return `${name}{${labels}} ${value} ${start + second}`;
            }),
          ),
        ),
      );
      return `${lines.join('\n')}\n# EOF\n`;
    },
    yFile(flavorId) {
      const profile = profiles.find(({ id }) => id === flavorId);
      const rows = profile?.r99.map((value, second) => `${profile.start + second},${value}`) ?? [];
      return `timestamp,${labSettings.kpi}\n${rows.join('\n')}\n`;
    },
  };
}

/** R_99 as a queue's: the fuller the link, the longer; a full one holds what the users wait for. */
function profileOf(count: number, megabits: number, seed: number) {
  const random = seededRandom(seed);
  const around = (value: number, spread: number) => value * (1 + spread * (random() - 0.5));
  const clientsAt = shapes.trapezoid({
    low: labSettings.clients.low,
    high: labSettings.clients.high,
    periodSeconds: cycleSeconds,
    seed,
  });
  // At rest it stands still, as the real one does: else that would be taken for a frozen exporter.
  const clients = Array.from({ length: count }, (_, second) => Math.round(clientsAt(second)));
  const r99 = clients.map((each) =>
    around(5 / (1 - Math.min(0.99, (each * perClient) / megabits)), 0.3),
  );
  return { clients, r99 };
}
