import { afterEach, expect, test } from 'vitest';
import { createThreadSelector } from '../../src/adapters/thread-selector.ts';
import { selectFeatures } from '../../src/domain/select-features.ts';
import type { SelectionTask } from '../../src/domain/selection-task.ts';
import type { Selector } from '../../src/ports.ts';
import { taskOf } from '../fakes/candidates.ts';
import { readTrace } from '../fakes/traces.ts';

let selector: Selector | undefined;
afterEach(async () => {
  await selector?.close();
  selector = undefined;
});

const forever = new AbortController().signal;

function task(): SelectionTask {
  const { clock, kpi, columns } = readTrace(1);
  return taskOf({ clock, kpi, candidates: columns, k: 3 });
}

test('a thread selects as the domain does, and takes the arrays over', async () => {
  selector = createThreadSelector({ threads: 1, timeoutMs: 60_000 });
  const given = task();
  expect(await selector.select(given, forever)).toEqual(selectFeatures(task()));
  expect(given.kpi).toHaveLength(0);
});

test('a selection that takes too long ends in 503', async () => {
  selector = createThreadSelector({ threads: 1, timeoutMs: 1 });
  await expect(selector.select(task(), forever)).rejects.toMatchObject({
    status: 503,
    code: 'selection-timeout',
  });
});

test('a selection ends when its signal aborts', async () => {
  selector = createThreadSelector({ threads: 1, timeoutMs: 60_000 });
  const leaving = new AbortController();
  const asked = selector.select(task(), leaving.signal);
  leaving.abort();
  await expect(asked).rejects.toMatchObject({ name: 'AbortError' });
});
