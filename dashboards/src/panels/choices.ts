import {
  QueryVariableBuilder,
  VariableRefresh,
  VariableSort,
} from '@grafana/grafana-foundation-sdk/dashboard';
import { flavorIds, horizons, sliceIds } from '../flux/kpi.ts';
import { datasource } from './flux-query.ts';

/** What is chosen above a dashboard; each list follows the time range and the choice before it. */
export function choices(): QueryVariableBuilder[] {
  return [
    choice('slice', 'Slice', sliceIds),
    choice('flavor', 'Flavors', flavorIds).multi(true).includeAll(true).current(everything),
    choice('horizon', 'Horizon, s', horizons),
  ];
}

const everything = { selected: true, text: ['All'], value: ['$__all'] };

function choice(name: string, label: string, query: string): QueryVariableBuilder {
  return new QueryVariableBuilder(name)
    .label(label)
    .datasource(datasource)
    .query({ query, refId: name })
    .refresh(VariableRefresh.OnTimeRangeChanged)
    .sort(VariableSort.NumericalAsc);
}
