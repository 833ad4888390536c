import type { SliceState } from '@slicecast/contracts';

/** Desired state of the slices, owned by this service's database and published by an outbox. */
export interface SliceStore {
  get(sliceId: number, tenantId?: string): Promise<SliceState | undefined>;
  list(tenantId?: string): Promise<SliceState[]>;
  /** Transactional: `change` gets the present state, returns the next one; version + 1, outbox row written; undefined: no change. */
  update(
    sliceId: number,
    change: (state: SliceState) => SliceState | undefined,
  ): Promise<SliceState>;
  /** Name of the slice's actuator in the operator's file. */
  actuatorOf(sliceId: number): Promise<string>;
}
