import { type Change, isOpen, type Policy, type SliceDefinition } from '@slicecast/contracts';
import { call, follow } from '../../demo/call-api.ts';

/** What an acceptance run asks of its slice, over the API as a tenant would. */
export interface SliceCalls {
  /** By hand; resolves when the flavor is in force, rejects when the change failed. */
  changeTo(flavorId: number): Promise<void>;
  setPolicy(policy: Policy): Promise<void>;
  startForecast(): Promise<void>;
  orchestrate(on: boolean): Promise<void>;
  /** Those asked for within [from, to), epoch ms, oldest first. */
  changesWithin(from: number, to: number): Promise<readonly Change[]>;
}

const patience = { timeoutMs: 30_000, pauseMs: 50 };

export async function makeSlice(sroUrl: string, definition: SliceDefinition): Promise<SliceCalls> {
  await call('POST', `${sroUrl}/api/v1/slices`, definition);
  const url = `${sroUrl}/api/v1/slices/${definition.id}`;
  const verb = async (name: string) => void (await call('POST', `${url}/${name}`));
  const changed = async (id: string) => {
    const { change } = (await call('GET', `${url}/changes/${id}`)) as { change: Change };
    return change;
  };
  return {
    async changeTo(flavorId) {
      const { flavorInForce } = (await call('GET', url)) as { flavorInForce: number };
      if (flavorInForce === flavorId) return;
      const body = { flavor: flavorId };
      const asked = (await call('POST', `${url}/changes`, body)) as { change: Change };
      const isDone = (change: Change) => !isOpen(change);
      const { status, error } = await follow(() => changed(asked.change.id), isDone, patience);
      if (status === 'failed') throw new Error(`flavor ${flavorId}: ${JSON.stringify(error)}`);
    },
    setPolicy: async (policy) => void (await call('PUT', `${url}/policy`, policy)),
    startForecast: () => verb('start_sla_forecast'),
    orchestrate: (on) => verb(on ? 'start_orchestration' : 'stop_orchestration'),
    async changesWithin(from, to) {
      const page = (await call('GET', `${url}/changes?limit=200`)) as { items: Change[] };
      return page.items.filter(({ at }) => at >= from && at < to).reverse();
    },
  };
}
