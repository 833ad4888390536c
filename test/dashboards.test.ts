import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { dashboards, datasource } from '@slicecast/dashboards';
import { startInfluxdb } from '@slicecast/testbed/servers';
import { describeOnOwnServer } from '@slicecast/testbed/servers/for-tests';
import { beforeAll, describe, expect, test } from 'vitest';
import { runDemo } from '../testbed/src/demo/run-demo.ts';
import { askFlux } from './support/ask-influxdb.ts';

/** What is read of Grafana's JSON model. */
interface DashboardJson {
  readonly uid: string;
  readonly panels: readonly {
    readonly title: string;
    readonly type: string;
    readonly datasource?: { readonly uid: string };
    readonly targets?: readonly { readonly refId: string; readonly query: string }[];
  }[];
  readonly annotations: { readonly list?: readonly { name: string; target: { query: string } }[] };
  readonly templating: { readonly list?: readonly { name: string; query: { query: string } }[] };
}

const models = Object.entries(dashboards()).map(([file, text]) => ({
  file,
  text,
  // What Grafana reads of it is checked below, by asking each query.
  model: JSON.parse(text) as DashboardJson,
}));

describe.each(models)('the dashboard $file', ({ file, text, model }) => {
  test('is what the code says: run node dashboards/src/write-dashboards.ts', () => {
    const path = join(import.meta.dirname, '../dashboards/generated', file);
    expect(readFileSync(path, 'utf8')).toBe(text);
  });

  test('asks the datasource that is provisioned', () => {
    const path = join(import.meta.dirname, '../dashboards/provisioning/datasources/slicecast.yaml');
    expect(readFileSync(path, 'utf8')).toContain(`uid: ${datasource.uid}\n`);
    const panels = model.panels.filter(({ type }) => type !== 'row');
    expect(new Set(panels.map((panel) => panel.datasource?.uid))).toEqual(
      new Set([datasource.uid]),
    );
  });
});

/** The live part of the demo begins here; its first peak makes it leave the small flavor at once. */
const from = '2027-01-15T08:00:00Z';
const to = '2027-01-15T08:02:00Z';

await describeOnOwnServer('against an InfluxDB that a run has filled', startInfluxdb, (influx) => {
  const chosen = new Map<string, string>();

  beforeAll(async () => {
    await runDemo({
      screen: { columns: 100, line: ignore, moving: ignore, settle: ignore },
      logLevel: 'silent',
      liveSeconds: 120,
      environment: {
        INFLUX_URL: influx.address,
        INFLUX_VERSION: '1',
        INFLUX_RETENTION_HOURS: '0',
        RECORDER_STATUS_PERIOD_MS: '200',
      },
    });
    // In their order: a variable's list depends on the choice before it.
    for (const { name, query } of models.flatMap(({ model }) => model.templating.list ?? [])) {
      const rows = await askFlux(influx.address, fillIn(query.query, chosen));
      chosen.set(name, rows.map(({ _value }) => _value).join('|'));
    }
  }, 240_000);

  test('the variables list what the run had', () => {
    expect(Object.fromEntries(chosen)).toEqual({ slice: '1', flavor: '1|2', horizon: '30' });
  });

  const queries = models.flatMap(({ model }) => [
    ...model.panels.flatMap(({ title, targets = [] }) =>
      targets.map(({ refId, query }) => ({ name: `panel ${title} ${refId}`, query })),
    ),
    ...(model.annotations.list ?? []).map(({ name, target }) => ({
      name: `annotation ${name}`,
      query: target.query,
    })),
  ]);

  test.each(queries)('$name gives rows', async ({ query }) => {
    expect(await askFlux(influx.address, fillIn(query, chosen))).not.toEqual([]);
  });

  const rowsOf = async (title: string) => {
    const query = queries.find(({ name }) => name === title)?.query ?? '';
    return askFlux(influx.address, fillIn(query, chosen));
  };

  test('the forecast lies over the KPI that came: most of it inside the 95 % interval', async () => {
    const rows = await rowsOf('panel Coverage A');
    const inside = rows.map(({ interval95 }) => Number(interval95));
    expect(inside.reduce((sum, share) => sum + share, 0) / inside.length).toBeGreaterThan(0.7);
    for (const { interval80, interval95 } of rows) {
      expect(Number(interval80)).toBeLessThanOrEqual(Number(interval95));
    }
  });

  test('the annotations tell the change that the run made, why, and when it took force', async () => {
    const decided = await rowsOf('annotation Change decided');
    expect(decided.map(({ text }) => text)).toEqual(['flavor 1 → 2: forecast-violation']);
    const taken = await rowsOf('annotation Flavor in force');
    expect(taken.map(({ text }) => text)).toEqual(['flavor 30Mbit in force']);
    const flavors = await rowsOf('panel Flavor in force A');
    expect(flavors.at(-1)?._value).toBe('2');
  });

  test('features have the names that people know', async () => {
    const names = new Set((await rowsOf('panel Features A')).map(({ name }) => name));
    expect(names.size).toBeGreaterThanOrEqual(15);
    for (const name of names)
      expect(name).toMatch(/^[a-z_A-Z]+\{.*instance="192\.168\.0\.\d+:9100"/);
  });
});

/** As Grafana fills in a query before it asks it. */
function fillIn(query: string, values: ReadonlyMap<string, string>): string {
  return query
    .replaceAll('v.defaultBucket', '"slicecast/autogen"')
    .replaceAll('v.timeRangeStart', from)
    .replaceAll('v.timeRangeStop', to)
    .replaceAll('v.windowPeriod', '10s')
    .replaceAll(/\$\{(\w+)(:regex)?\}/g, (_all, name, regex) => {
      const value = values.get(name) ?? '';
      return regex === undefined ? value : `(${value})`;
    });
}

function ignore(): void {
  // The test looks at what was recorded, not at the screen.
}
