import { type CreateModel, topics } from '@slicecast/contracts';
import { createMemoryLog, createMetrics, type Log, silentLogger } from '@slicecast/platform';
import { afterEach, describe, expect, test } from 'vitest';
import { retrainDrifted } from '../../src/loops/retrain-drifted.ts';
import { until } from '../fakes/start-service.ts';
import { start } from '../fakes/synthetic-load.ts';
import { inputsOf, modelOf, trainedSlice } from '../fakes/trained-slices.ts';

const slice = trainedSlice(1);
const small = { ...modelOf('small'), periodMs: null };
const inputs = inputsOf({ sliceId: 1, ticks: 600 });
const [first] = inputs;
const since = first?.at ?? start;
let log: Log | undefined;
afterEach(() => log?.close());

interface Asked {
  readonly request: CreateModel;
  readonly key: string | undefined;
  readonly incumbent: string | undefined;
}

/** Looks once, at a slice whose small flavor drifts since its first row, `rows` rows ago. */
async function look(more: { rows?: number; driftingSince?: number | null }) {
  log = createMemoryLog();
  const messages = inputs.map((value) => ({ key: '1', at: value.at, value }));
  await log.append(topics.sliceInputs, messages);
  const asked: Asked[] = [];
  let looked = 0;
  const loop = retrainDrifted({
    log,
    metrics: createMetrics('test'),
    logger: silentLogger,
    wallClock: { now: () => 1 },
    mostRows: 500,
    cooldownMs: 3_600_000,
    maxQueued: 5,
    slices() {
      looked += 1;
      return [slice];
    },
    runOf: () => ({
      models: new Map([[1, { modelId: 'small', model: small }]]),
      lastAt: since + (more.rows ?? 600) * 1000,
      contests: () => [
        {
          flavorId: 1,
          mode: 'live-kpi',
          inCharge: 'log-lad',
          gated: true,
          driftingSince: more.driftingSince === undefined ? since : more.driftingSince,
          standings: [],
        },
      ],
    }),
    jobs: {
      async submit(request, { key, drift }) {
        asked.push({ request, key, incumbent: drift?.incumbent });
        return { outcome: 'full', queued: 5 };
      },
    },
  });
  await until(async () => (looked > 0 ? true : undefined));
  await loop.stop();
  return asked;
}

describe('a slice whose champion drifts', () => {
  test('gets a training on the rows since, with the model to be beaten and its own key', async () => {
    const [asked, ...others] = await look({});
    expect(others).toEqual([]);
    expect(asked?.incumbent).toBe('small');
    expect(asked?.key).toMatch(/^drift-small-\d+$/);
    const { profile, seed, horizonSeconds } = asked?.request ?? {};
    expect(profile?.at).toEqual(inputs.slice(-500).map(({ at }) => at));
    expect({ seed, horizonSeconds }).toEqual({ seed: 1, horizonSeconds: 10 });
  });

  test.each([
    ['as long as it has too few rows', { rows: 400 }],
    ['when it does not drift', { driftingSince: null }],
  ])('gets none %s', async (_title, more) => {
    expect(await look(more)).toEqual([]);
  });
});
