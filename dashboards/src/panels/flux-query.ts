import type { Builder, Dataquery } from '@grafana/grafana-foundation-sdk/cog';
import type { DataSourceRef } from '@grafana/grafana-foundation-sdk/common';

/** The datasource that `provisioning/datasources` defines. */
export const datasource: DataSourceRef = { type: 'influxdb', uid: 'slicecast-influxdb' };

/** A query of Grafana's InfluxDB datasource in Flux, a form that the SDK does not know. */
export interface FluxQuery extends Dataquery {
  readonly refId: string;
  readonly query: string;
  readonly datasource: DataSourceRef;
}

export function fluxQuery(refId: string, query: string): Builder<FluxQuery> {
  const built: FluxQuery = {
    refId,
    query,
    datasource,
    _implementsDataqueryVariant: () => undefined,
  };
  return { build: () => built };
}
