import { SliceId, type SliceState } from '@slicecast/contracts';
import type { Server } from '@slicecast/platform';
import { Type } from 'typebox';
import type { SliceStore } from '../ports.ts';
import { sliceOf } from './slice-of.ts';

type Turn = (state: SliceState) => SliceState;

/** MLO-V2's two verbs, with its texts; what is still missing for them to have effect is in the slice's status. */
const legacy: readonly { path: string; text: string; turn: Turn }[] = [
  {
    path: '/slice/:id/start_sla_forecast',
    text: 'Starting forecast ',
    turn: (state) => ({ ...state, forecasting: true }),
  },
  {
    path: '/slice/:id/start_orchestration',
    text: 'Starting orchestration ',
    turn: startOrchestration,
  },
];

/** The ways back, a pause, and the end of it and of the hold after a change by hand. */
const verbs: Readonly<Record<string, Turn>> = {
  start_sla_forecast: (state) => ({ ...state, forecasting: true }),
  stop_sla_forecast: (state) => ({ ...state, forecasting: false, mode: 'recommend' }),
  start_orchestration: startOrchestration,
  stop_orchestration: (state) => ({ ...state, mode: 'recommend' }),
  pause: (state) => ({ ...state, paused: true }),
  resume: (state) => ({ ...unheld(state), paused: false }),
};

const Running = Type.Object({
  sliceId: SliceId,
  forecasting: Type.Boolean(),
  mode: Type.String(),
  paused: Type.Boolean(),
});

export function addRunSlice(server: Server, slices: SliceStore): void {
  const params = Type.Object({ id: SliceId });
  for (const { path, text, turn } of legacy) {
    server.post(path, { schema: { tags: ['mlo-v2'], params } }, async (request, reply) => {
      await sliceOf(slices, request.params.id, request.tenantId);
      await slices.update(request.params.id, unlessSame(turn));
      reply.type('text/plain; charset=utf-8');
      return text;
    });
  }
  for (const [verb, turn] of Object.entries(verbs)) {
    const schema = { tags: ['slices'], params, response: { 200: Running } };
    server.post(`/api/v1/slices/:id/${verb}`, { schema }, async (request) => {
      await sliceOf(slices, request.params.id, request.tenantId);
      return slices.update(request.params.id, unlessSame(turn));
    });
  }
}

/** Whoever hands the slice to its policy means the flavor as well, also one that was chosen by hand just before. */
function startOrchestration(state: SliceState): SliceState {
  return { ...unheld(state), forecasting: true, mode: 'auto' };
}

function unheld({ heldUntil: _ended, ...state }: SliceState): SliceState {
  return state;
}

/** Saying what is so already publishes nothing. */
function unlessSame(turn: Turn): (state: SliceState) => SliceState | undefined {
  return (state) => {
    const next = turn(state);
    return JSON.stringify(next) === JSON.stringify(state) ? undefined : next;
  };
}
