import { SliceId } from '@slicecast/contracts';
import type { Server } from '@slicecast/platform';
import { Type } from 'typebox';
import { stringify } from 'yaml';
import type { FlavorMarks } from '../adapters/flavor-marks.ts';
import {
  prometheusConfiguration,
  type RemoteWriteTarget,
} from '../domain/prometheus-configuration.ts';
import { unionFeatures } from '../domain/union-features.ts';
import { findSlice, type LookUp } from './find-slice.ts';

export interface PrometheusConfigurationOptions {
  readonly lookUp: LookUp;
  readonly marks: FlavorMarks;
  readonly remoteWrite: RemoteWriteTarget;
}

/** The configuration of a Prometheus that ships the features of all of a slice's trained flavors. */
export function addPrometheusConfiguration(
  server: Server,
  { lookUp, marks, remoteWrite }: PrometheusConfigurationOptions,
): void {
  const schema = {
    tags: ['slices'],
    summary: "Prometheus configuration that ships the slice's features alone",
    params: Type.Object({ id: SliceId }),
    response: { 200: Type.String() },
  };
  server.get('/api/v1/slices/:id/prometheus', { schema }, async (request, reply) => {
    const slice = await findSlice(lookUp, request.params.id, request.tenantId);
    const features = unionFeatures(slice.trained).map(({ feature }) => feature);
    const { stepMs } = slice;
    const configuration = prometheusConfiguration(features, { stepMs, remoteWrite });
    const marked = await marks.of(slice.sliceId);
    const flavors = slice.trained.map(({ flavorId }) => flavorId).join(', ') || 'none yet';
    const inForce = marked?.flavorId ?? slice.flavorInForce;
    const head = `# Slice ${slice.sliceId}: features of the trained flavors ${flavors}; in force: ${inForce}.\n`;
    return reply
      .type('application/yaml; charset=utf-8')
      .send(head + stringify(configuration, { lineWidth: 0 }));
  });
}
