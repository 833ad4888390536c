import { type Static, Type } from 'typebox';

/** Slice id: an integer, unique over all tenants. */
export const SliceId = Type.Integer({ minimum: 1, maximum: 2_147_483_647 });
export type SliceId = Static<typeof SliceId>;

/** Flavor id: an integer, unique within its slice. */
export const FlavorId = Type.Integer({ minimum: 1, maximum: 2_147_483_647 });
export type FlavorId = Static<typeof FlavorId>;

/** Owner of a slice and of all that belongs to it; `default` where no keys are configured. */
export const TenantId = Type.String({ pattern: '^[a-z0-9][a-z0-9-]{0,62}$' });
export type TenantId = Static<typeof TenantId>;

/** A name that people choose for a flavor, a source or an actuator, safe in a path. */
export const Name = Type.String({ pattern: '^[A-Za-z0-9][A-Za-z0-9_.-]{0,62}$' });
export type Name = Static<typeof Name>;

/** SHA-1 of a series' labels in MLO-V2's form, lower-case hex: see `series-hash.ts`. */
export const SeriesHash = Type.String({ pattern: '^[0-9a-f]{40}$' });
export type SeriesHash = Static<typeof SeriesHash>;

/** An instant in epoch milliseconds. */
export const EpochMs = Type.Integer({ minimum: 0, maximum: 8_640_000_000_000_000 });
export type EpochMs = Static<typeof EpochMs>;
