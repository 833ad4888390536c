import type { Contender } from '../choose-champion.ts';
import { emptyEstimates, estimateAt, setEstimate } from '../estimates.ts';
import { fromScale } from '../kpi-scale.ts';
import type { RollingOrigin } from '../rolling-origin.ts';
import { addToBlend, endBlend, type Member, startBlend } from './blend.ts';

/** Picks of the forward selection: a weight is a number of eighths. */
const picks = 8;

/**
 * `compared`: the actuals to choose by, on the KPI's scale.
 * The blend of the models' medians by forward selection with replacement (Caruana et al., 2004):
 * picked is, again and again, what makes the mean absolute error out of fold least. All models that
 * know their spread speak for the blend's in equal parts: choosing among them by score follows noise.
 */
export function bestBlend(
  models: readonly Contender[],
  rolled: RollingOrigin,
  compared: Float64Array,
): Contender {
  const weights = pickWeights(models, compared);
  const tells = models.map(({ estimates }) => estimates.below.some(Number.isFinite));
  const tellers = tells.filter(Boolean).length;
  const members = models.flatMap((model, m) => {
    const weight = weights[m] ?? 0;
    const spreadWeight = tells[m] === true ? 1 / tellers : 0;
    return weight + spreadWeight > 0 ? [{ model, name: model.name, weight, spreadWeight }] : [];
  });
  return blendOf(members, rolled);
}

function pickWeights(models: readonly Contender[], compared: Float64Array): readonly number[] {
  const rows: number[] = [];
  compared.forEach((actual, i) => {
    if (Number.isFinite(actual)) rows.push(i);
  });
  const sums = new Float64Array(rows.length);
  const counts = models.map(() => 0);
  const errorWith = ({ estimates }: Contender, picked: number) => {
    let error = 0;
    rows.forEach((i, r) => {
      const middle = ((sums[r] as number) + (estimates.middle[i] as number)) / picked;
      error += Math.abs(middle - (compared[i] as number));
    });
    return error;
  };
  for (let picked = 1; picked <= picks; picked += 1) {
    const errors = models.map((model) => errorWith(model, picked));
    const best = errors.indexOf(Math.min(...errors));
    counts[best] = (counts[best] ?? 0) + 1;
    rows.forEach((i, r) => {
      sums[r] = (sums[r] as number) + (models[best]?.estimates.middle[i] ?? 0);
    });
  }
  return counts.map((count) => count / picks);
}

function blendOf(
  members: readonly (Member & { readonly model: Contender })[],
  rolled: RollingOrigin,
): Contender {
  const estimates = emptyEstimates(rolled.actuals.length);
  const values = new Float64Array(rolled.actuals.length);
  for (let i = 0; i < values.length; i += 1) {
    const blend = startBlend();
    for (const { model, weight, spreadWeight } of members) {
      addToBlend(blend, estimateAt(model.estimates, i), weight, spreadWeight);
    }
    const estimate = endBlend(blend);
    const scale = rolled.scales[rolled.foldOf[i] ?? 0];
    setEstimate(estimates, i, estimate);
    values[i] = scale === undefined ? Number.NaN : fromScale(scale, estimate.middle);
  }
  const voices = members.filter(({ weight }) => weight > 0);
  return {
    name: voices.map(({ name }) => name).join(' + '),
    members: members.map(({ name, weight, spreadWeight }) => ({ name, weight, spreadWeight })),
    mode: members[0]?.model.mode ?? 'x-alone',
    baseline: false,
    blended: false,
    followsLoad: voices.some(({ model }) => model.followsLoad),
    estimates,
    values,
    trainingSeconds: members.reduce((sum, { model }) => sum + model.trainingSeconds, 0),
  };
}
