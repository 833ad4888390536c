import { type ModelPromotion, topics } from '@slicecast/contracts';
import { afterEach, expect, test } from 'vitest';
import { changeSlice } from '../../src/adapters/slice-store.ts';
import { promoted } from '../../src/loops/take-promotions.ts';
import { aSlice } from '../domain/samples.ts';
import { getJson } from '../fakes/contract-calls.ts';
import { startTestSro, type TestSro } from '../fakes/start-test-sro.ts';

let sro: TestSro | undefined;
afterEach(() => sro?.stop());

const old = { flavorId: 1, modelId: 'old', features: [] };
const trained = [old];
const promotion: ModelPromotion = {
  tenantId: 'default',
  sliceId: 1,
  flavorId: 1,
  at: 1,
  modelId: 'new',
  replaces: 'old',
  stepMs: 1000,
  features: [],
};

test('a model that won takes the place of the one that it beat', () => {
  const slice = aSlice({ trained: [...trained, { ...old, flavorId: 2, modelId: 'other' }] });
  expect(promoted(slice, promotion)?.trained.map(({ modelId }) => modelId)).toEqual([
    'new',
    'other',
  ]);
});

test.each([
  ['it was put in charge already', { trained: [{ ...old, modelId: 'new' }] }, {}],
  ['the flavor was profiled anew meanwhile', { trained: [{ ...old, modelId: 'newer' }] }, {}],
  ['the flavor has no model', { trained: [] }, {}],
  ['the slice is another tenant’s', { trained }, { tenantId: 'other' }],
])('nothing changes when %s', (_title, state, more) => {
  expect(promoted(aSlice(state), { ...promotion, ...more })).toBeUndefined();
});

test('promotions come by the log; one for a slice that is gone holds up none', async () => {
  sro = await startTestSro();
  await sro.database.transaction((tx) => changeSlice(tx, 1, (state) => ({ ...state, trained }), 0));
  const told = [{ ...promotion, sliceId: 99 }, promotion, promotion];
  await sro.log.append(
    topics.modelPromotions,
    told.map((value) => ({ key: String(value.sliceId), at: value.at, value })),
  );
  const { url } = sro;
  const patience = { timeout: 15_000, interval: 20 };
  await expect
    .poll(() => getJson(`${url}/api/v1/slices/1`), patience)
    .toMatchObject({ trained: [{ flavorId: 1, modelId: 'new' }] });
}, 60_000);
