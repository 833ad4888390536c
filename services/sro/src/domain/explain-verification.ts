import type { SliceDecision, Verdict } from '@slicecast/contracts';

/** What a decision's tick did to the verification of the change before it; empty where it did nothing to tell. */
export function explainVerification({ verification }: SliceDecision): string {
  if (verification === undefined) return '';
  const { changeId, status, verdict, feltMs } = verification;
  if (status === 'verifying') {
    return verdict === null ? `The KPI is watched under change ${changeId} from now on.` : '';
  }
  const felt = feltMs === null ? '' : `; the KPI felt it ${feltMs / 1000} s after it was applied`;
  return `Change ${changeId} is verified: ${verdicts[verdict ?? 'unjudged']}${felt}.`;
}

const verdicts: Record<Verdict, string> = {
  'as-forecast': 'the KPI kept to what was forecast for the flavor',
  'no-worse-than-before': 'the KPI was worse than forecast, and no worse than before',
  'load-explains':
    'the KPI was worse than forecast and than before, as it would be on the flavor before',
  'slightly-worse': 'the KPI was worse, but not often or not far enough to go back',
  worse: 'the KPI was worse than forecast, than before and than on the flavor before, and it stays',
  unobserved: 'too few values of the KPI came in to tell',
  unjudged: 'there was nothing to compare the KPI with',
  overtaken: 'the next change came first',
};
