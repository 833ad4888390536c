import type { Reason, SliceDecision, SliceState } from '@slicecast/contracts';
import { explainVerification } from './explain-verification.ts';
import { findFlavor } from './flavor-order.ts';

/** A decision in words, with its numbers: for people, not for programs. */
export function explain(decision: SliceDecision, slice: SliceState): string {
  const name = (id: number) => findFlavor(slice, id)?.name ?? `flavor ${id}`;
  const when = new Date(decision.at).toISOString();
  // What somebody asks for by hand is done in any mode.
  const acts = decision.mode === 'auto' || decision.reason === 'manual';
  const what =
    decision.action === 'change'
      ? `${acts ? 'moves' : 'would move'} from ${name(decision.fromFlavor)} to ${name(decision.toFlavor)}`
      : `keeps ${name(decision.fromFlavor)}`;
  const tell = numbersOf(decision);
  const sentences = [
    `At ${when} slice ${decision.sliceId} ${what}: ${reasons[decision.reason](tell, slice)}.`,
    wanted(decision, name),
    leadTime(decision),
    explainVerification(decision),
  ];
  return sentences.filter((sentence) => sentence !== '').join(' ');
}

/** Tells a number of the decision in words; `unknown` where it is not known. */
interface Tell {
  percent(key: string): string;
  number(key: string): string;
  seconds(key: string): string;
}

const reasons: Record<Reason, (tell: Tell, slice: SliceState) => string> = {
  'forecast-violation': (tell, slice) =>
    `the probability that ${kpi(slice)} within the horizon is ${tell.percent('violationProbability')}, above ${tell.percent('probabilityBound')} in ${tell.number('votes')} of the last ${tell.number('votesOf')} ticks (${tell.number('votesNeeded')} needed), and ${tell.percent('candidateViolationProbability')} on the cheapest flavor that is acceptable (at most ${tell.percent('acceptable')})`,
  'cheaper-flavor-keeps-sla': (tell, slice) =>
    `on the cheaper flavor the probability that ${kpi(slice)} within the horizon is ${tell.percent('candidateViolationProbability')}, below ${tell.percent('probabilityBound')} in ${tell.number('votes')} of the last ${tell.number('votesOf')} ticks (${tell.number('votesNeeded')} needed)`,
  'sla-cannot-be-met': (tell, slice) =>
    `no flavor keeps the SLA: the probability that ${kpi(slice)} is ${tell.percent('violationProbability')} here and ${tell.percent('candidateViolationProbability')} on the best other flavor, while ${tell.percent('acceptable')} is acceptable and a change must lower it by ${tell.percent('leastGain')}`,
  'upper-bound-reached': (tell) =>
    `the forecast of ${tell.number('forecast')} is at or above the policy's upper bound of ${tell.number('upperBound')}, ${tell.number('upperPredictions')} times in a row`,
  'lower-bound-reached': (tell) =>
    `the forecast of ${tell.number('forecast')} is at or below the policy's lower bound of ${tell.number('lowerBound')}, ${tell.number('lowerPredictions')} times in a row`,
  'kpi-beyond-target': (tell, slice) =>
    `${slice.kpi.name} was ${tell.number('kpi')} on the mean of ${tell.seconds('windowSeconds')}, for a target of ${tell.number('target')}: ${tell.number('wantedReplicas')} replicas are needed instead of ${tell.number('replicas')}`,
  'kpi-below-target': (tell, slice) =>
    `${slice.kpi.name} was ${tell.number('kpi')} on the mean of ${tell.seconds('windowSeconds')}, for a target of ${tell.number('target')}: ${tell.number('wantedReplicas')} replicas were enough for ${tell.seconds('stabilisationSeconds')} instead of ${tell.number('replicas')}`,
  'load-above-capacity': (tell) =>
    `the load of ${tell.number('load')} is above the ${tell.number('capacity')} that the flavor in force carries`,
  'load-fits-cheaper-flavor': (tell) =>
    `the load was ${tell.number('highestLoad')} at most for ${tell.seconds('downSeconds')}, which a cheaper flavor carries (${tell.number('cheaperCapacity')}, less a margin of ${tell.number('margin')})`,
  'silence-fallback': (tell) =>
    `no usable input came for ${tell.seconds('silenceSeconds')}, so the policy's safe flavor is due, once until input returns`,
  'worse-than-forecast': (tell, slice) =>
    `since the last change ${slice.kpi.name} was worse than forecast for this flavor, worse than before (${tell.number('kpiBefore')}) and worse than the flavor before would give, in ${tell.number('worseTicks')} of ${tell.number('judgedTicks')} ticks, and ${tell.number('violatingTicks')} of ${tell.number('observedTicks')} violated the SLA`,
  manual: () => 'somebody asked for it over the API',
  'within-sla': (tell) =>
    `the SLA is expected to hold, with a probability of violation of ${tell.percent('violationProbability')}, and no cheaper flavor is expected to keep it (${tell.percent('candidateViolationProbability')})`,
  'votes-pending': (tell) =>
    `a change is in sight, with ${tell.number('votes')} of the ${tell.number('votesNeeded')} ticks it needs`,
  'between-syncs': (tell) =>
    `the policy looks at the KPI every ${tell.seconds('syncSeconds')} only`,
  stabilising: () => 'a lower flavor would do, but not for long enough yet',
  'no-cheaper-flavor': () => 'there is no lower flavor that the bounds of the policy allow',
  'no-higher-flavor': () => 'there is no higher flavor that the bounds of the policy allow',
  cooldown: (tell) =>
    `the last change was applied too recently, ${tell.seconds('cooldownLeftSeconds')} of the cooldown are left`,
  'backing-off': (tell) =>
    `the last change failed, ${tell.seconds('backOffLeftSeconds')} of the pause after it are left`,
  'revert-pause': (tell) =>
    `the way there was taken back ${tell.number('reverts')} times, because it made the KPI worse, and ${tell.seconds('pauseLeftSeconds')} of the pause after it are left`,
  'budget-exhausted': (tell) =>
    `${tell.number('budgetLeft')} of the ${tell.number('most')} changes an hour are left, and a way down keeps one for the way back`,
  'change-in-progress': () => 'a change of this slice is being carried out',
  'manual-hold': (tell, slice) =>
    `somebody changed the flavor by hand, and the policy leaves it for ${tell.seconds('holdLeftSeconds')} more (POST /api/v1/slices/${slice.sliceId}/resume ends this)`,
  paused: () => 'the slice is paused',
  'bad-input': () => 'the input of this tick cannot be trusted, and bad input does not act',
  'no-kpi': (_tell, slice) =>
    `no ${slice.kpi.name} was observed at this tick, and the policy goes by nothing else`,
  'no-forecast': () => 'there is no forecast for the flavor in force',
  'no-skill': () =>
    'no model that beats its baselines is in charge of the flavors in question, and nothing acts without one',
  'stale-epoch': (tell) =>
    `the forecast was made before the last change of flavor (epoch ${tell.number('forecastEpoch')}, now ${tell.number('epoch')})`,
  superseded: (tell) =>
    `the tick was decided ${tell.seconds('ageSeconds')} late, more than ${tell.seconds('maxAgeSeconds')}, so it is recorded and acts no more`,
  'warming-up': () => 'too few forecasts have been seen yet to trust a change',
};

function kpi(slice: SliceState): string {
  const { bound, side } = slice.sla;
  const unit = slice.kpi.unit === undefined ? '' : ` ${slice.kpi.unit}`;
  return `${slice.kpi.name} ${side === 'upper' ? 'exceeds' : 'falls below'} ${bound}${unit}`;
}

function wanted(decision: SliceDecision, name: (id: number) => string): string {
  const flavor = decision.numbers.wantedFlavor;
  return flavor === undefined || flavor === null ? '' : `Its policy wants ${name(flavor)}.`;
}

/** What comes too late is said so, with the horizon that would be early enough. */
function leadTime({ leadTimeSeconds, numbers }: SliceDecision): string {
  if (leadTimeSeconds === null) return '';
  const { horizonSeconds, ageSeconds, changeSeconds } = numbers;
  const parts = `${figure(horizonSeconds)} s horizon − ${figure(ageSeconds)} s age − ${figure(changeSeconds)} s for a change`;
  const lead = `The lead time is ${figure(leadTimeSeconds)} s (${parts}).`;
  if (leadTimeSeconds > 0 || horizonSeconds == null) return lead;
  // The lead time is what the horizon leaves of age and change: twice those leave half of it.
  const proposed = Math.ceil(2 * (horizonSeconds - leadTimeSeconds));
  return `${lead} A change comes too late for what is forecast: a horizon of ${proposed} s would leave half of it.`;
}

function numbersOf({ numbers }: SliceDecision): Tell {
  return {
    percent: (key) => {
      const value = numbers[key];
      return value === undefined || value === null ? 'unknown' : `${figure(value * 100)} %`;
    },
    number: (key) => figure(numbers[key]),
    seconds: (key) => `${figure(numbers[key])} s`,
  };
}

function figure(value: number | null | undefined): string {
  return value === null || value === undefined ? 'unknown' : String(Number(value.toPrecision(3)));
}
