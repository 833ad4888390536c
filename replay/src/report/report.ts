import type { Policy } from '@slicecast/contracts';
import type { Outcome } from '../judge/outcome.ts';
import type { Job } from '../options.ts';

/** The report as JSON. */
export interface ReplayReport {
  /** ISO instants of the judged part, and its length. */
  readonly from: string;
  readonly to: string;
  readonly seconds: number;
  /** Seconds before it, from which all models and parameters come. */
  readonly learnedSeconds: number;
  readonly changeSeconds: number;
  readonly violationPrice: number;
  readonly policies: Readonly<Record<string, ReportedOutcome>>;
}

export interface ReportedOutcome extends Outcome {
  /** More than those of the dearest flavor alone. */
  readonly violationSecondsBeyond: number;
  /** Cost + violation price · violation-seconds beyond, over that of the best schedule in hindsight. */
  readonly excess: number;
  /** The policy as data; absent for schedules that know the future. */
  readonly policy?: Policy;
}

export function reportOn(
  { recording, slice, span, changeSeconds, violationPrice }: Job,
  outcomes: Readonly<Record<string, Outcome>>,
  policies: Readonly<Record<string, Policy>>,
): ReplayReport {
  const seconds = recording.stepMs / 1000;
  const at = (index: number) => new Date(recording.at[index] ?? 0).toISOString();
  const dearest = [...slice.flavors].sort((a, b) => b.pricePerHour - a.pricePerHour)[0];
  const alone = outcomes[`only ${dearest?.name}`]?.violationSeconds ?? 0;
  const total = ({ cost, violationSeconds }: Outcome) =>
    cost + violationPrice * (violationSeconds - alone);
  const best = outcomes.hindsight;
  const reported = Object.entries(outcomes).map(([name, outcome]): [string, ReportedOutcome] => {
    const policy = policies[name];
    return [
      name,
      {
        ...outcome,
        violationSecondsBeyond: outcome.violationSeconds - alone,
        excess: best === undefined ? 0 : total(outcome) - total(best),
        ...(policy === undefined ? {} : { policy }),
      },
    ];
  });
  return {
    from: at(span.from),
    to: at(span.to - 1),
    seconds: (span.to - span.from) * seconds,
    learnedSeconds: span.from * seconds,
    changeSeconds,
    violationPrice,
    policies: Object.fromEntries(reported),
  };
}
