import type { Feature } from '@slicecast/contracts';
import { createMemoryLog } from '@slicecast/platform';
import { expect, test } from 'vitest';
import { featureOf } from '../../src/domain/feature-rule.ts';
import { call } from '../fakes/calls.ts';
import { publish, slice, startTestIma } from '../fakes/start-test-ima.ts';

function feature(name: string, instance: string, job: string, more: object = {}): Feature {
  return featureOf({ __name__: name, instance, job, ...more }, 'raw', 1000);
}

test('the configuration ships the features of all trained flavors and nothing else, sorted', async () => {
  const log = createMemoryLog();
  const trained = [
    {
      flavorId: 1,
      modelId: 'm1',
      features: [
        feature('node_load1', '10.0.0.2:9100', 'node'),
        feature('node_disk_io_now', '10.0.0.1:9100', 'node', { device: 'sd.a' }),
      ],
    },
    {
      flavorId: 2,
      modelId: 'm2',
      features: [
        feature('node_load1', '10.0.0.2:9100', 'node'),
        feature('cassandra_reads', '10.0.0.1:7070', 'cassandra'),
      ],
    },
  ];
  await publish(log, { ...slice, trained });
  const ima = await startTestIma({ prometheusUrl: 'http://127.0.0.1:9', log });
  const answer = await call(`${ima.url}/api/v1/slices/1/prometheus`);
  await ima.service.stop();
  expect(answer.headers.get('content-type')).toMatch(/yaml/);
  expect(answer.text).toMatchInlineSnapshot(`
    "# Slice 1: features of the trained flavors 1, 2; in force: 1.
    global:
      scrape_interval: 1s
    scrape_configs:
      - job_name: cassandra
        static_configs:
          - targets:
              - 10.0.0.1:7070
        metric_relabel_configs:
          - source_labels:
              - __name__
            regex: cassandra_reads
            action: keep
          - source_labels:
              - __name__
              - instance
            regex: cassandra_reads;10\\.0\\.0\\.1:7070
            action: keep
      - job_name: node
        static_configs:
          - targets:
              - 10.0.0.1:9100
              - 10.0.0.2:9100
        metric_relabel_configs:
          - source_labels:
              - __name__
            regex: node_disk_io_now|node_load1
            action: keep
          - source_labels:
              - __name__
              - device
              - instance
            regex: node_disk_io_now;sd\\.a;10\\.0\\.0\\.1:9100|node_load1;;10\\.0\\.0\\.2:9100
            action: keep
    remote_write:
      - url: http://127.0.0.1:5000/receive
        queue_config:
          batch_send_deadline: 1s
    "
  `);
});

test('an unknown slice has no configuration', async () => {
  const ima = await startTestIma({ prometheusUrl: 'http://127.0.0.1:9' });
  expect((await call(`${ima.url}/api/v1/slices/9/prometheus`)).status).toBe(404);
  await ima.service.stop();
});
