import { bootstrapSkill } from '@slicecast/stats';

/** Share of the others' errors that is saved, with its bounds. */
export interface Skill {
  readonly value: number;
  readonly lower: number;
  readonly upper: number;
}

export interface SkillOptions {
  readonly stepMs: number;
  readonly seed: number;
  readonly resamples?: number;
  /** On less than so many blocks of targets nothing tells what is luck: the bounds are NaN. */
  readonly fewestBlocks?: number;
}

/** Errors come in spells: those of so many seconds stay together. */
const blockSeconds = 120;
const confidence = 0.9;

/**
 * Of absolute errors at the same targets, bounds by block bootstrap; targets that either does not have are left out. Where
 * the others have no error at all, the value is 0.
 */
export function skillOfErrors(
  own: Float64Array,
  others: Float64Array,
  { stepMs, seed, resamples = 1000, fewestBlocks = 0 }: SkillOptions,
): Skill {
  const both = (_: number, i: number) => Number.isFinite(own[i]) && Number.isFinite(others[i]);
  const [a, b] = [own.filter(both), others.filter(both)];
  const total = (errors: Float64Array) => errors.reduce((sum, error) => sum + error, 0);
  const value = total(b) === 0 ? 0 : 1 - total(a) / total(b);
  const blockLength = (blockSeconds * 1000) / stepMs;
  if (a.length < fewestBlocks * blockLength) return { value, ...unknown };
  return { value, ...bootstrapSkill(a, b, { blockLength, resamples, seed, confidence }) };
}

const unknown = { lower: Number.NaN, upper: Number.NaN };
