import { describe, expect, test } from 'vitest';
import type { PointSink } from '../../src/domain/point-sink.ts';
import { recordDecision } from '../../src/domain/record-decision.ts';
import { recordForecast } from '../../src/domain/record-forecast.ts';
import { recordHop } from '../../src/domain/record-hop.ts';
import { recordInput } from '../../src/domain/record-input.ts';
import { recordMeasurement } from '../../src/domain/record-measurement.ts';
import { recordSample } from '../../src/domain/record-sample.ts';
import { createSeriesHeads } from '../../src/domain/series-heads.ts';
import { createTimeReader } from '../../src/domain/time-reader.ts';
import { createBatch } from '../../src/loops/batch.ts';
import { createLineMemory } from '../../src/loops/lines.ts';
import { decision, forecast, labels, row } from '../fakes/messages.ts';

/** `bucket: line` of each point, and each reason for dropping. */
function recorded(record: (sink: PointSink) => void): string[] {
  const batch = createBatch(createLineMemory(1));
  record(batch);
  const lines = batch.parts().flatMap(({ bucket, lines }) =>
    lines
      .bytes()
      .toString()
      .split('\n')
      .slice(0, -1)
      .map((line) => `${bucket}: ${line}`),
  );
  return [...lines, ...batch.drops.keys()];
}

const createMemory = () => ({ heads: createSeriesHeads(), msOf: createTimeReader() });

const sample = {
  labels,
  name: 'node_sockstat_TCP_alloc',
  timestamp: '2020-01-18T13:45:29Z',
  value: '35',
};

describe('a sample in the form of MLO-V2', () => {
  test.each([
    [{}, 'value=35 1579355129000'],
    [{ timestamp: '2020-01-18T13:45:29.250Z' }, 'value=35 1579355129250'],
    [{ timestamp: '2020-01-18T15:45:29+02:00' }, 'value=35 1579355129000'],
    [{ value: '-1.5e-7' }, 'value=-1.5e-7 1579355129000'],
  ])('with %j is the measurement of its name: %s', (change, rest) => {
    expect(
      recorded((sink) => recordSample({ ...sample, ...change }, createMemory(), sink)),
    ).toEqual([
      `selected-metrics: node_sockstat_TCP_alloc,__name__=node_sockstat_TCP_alloc,instance=192.168.0.107:9100,job=node ${rest}`,
    ]);
  });

  test.each([
    [{ value: 'NaN' }, 'not-finite'],
    [{ value: '+Inf' }, 'not-finite'],
    [{ value: '-Inf' }, 'not-finite'],
    [{ value: '' }, 'not-finite'],
    [{ value: 'many' }, 'not-finite'],
    [{ name: '' }, 'no-name'],
    [{ timestamp: '2020-01-18 13:45:29' }, 'bad-time'],
    [{ timestamp: '1960-01-01T00:00:00Z' }, 'bad-time'],
  ])('with %j is dropped as %s', (change, reason) => {
    expect(
      recorded((sink) => recordSample({ ...sample, ...change }, createMemory(), sink)),
    ).toEqual([reason]);
  });
});

describe('a measurement in the form of MLO-V2', () => {
  const estimation = {
    measurement: 'sla_slice_1_estimations',
    values: [187.25],
    time: '1579355159.0',
    tags: {},
  };
  const said = { measurement: 'sro_slice_1_logs', values: [], tags: { message: 'Upgrading "1"' } };
  test.each([
    [{}, '', 'slice_1_slas: sla_slice_1_estimations value=187.25 1579355159000'],
    [
      { measurement: 'R_99_12', values: [24.94] },
      '',
      'slice_12_slas: R_99_12 value=24.94 1579355159000',
    ],
    [{ measurement: 'latency' }, '7', 'slice_7_slas: latency value=187.25 1579355159000'],
    [{ measurement: 'clients' }, '', 'slicecast: clients value=187.25 1579355159000'],
    [
      { values: [1, 2] },
      '',
      'slice_1_slas: sla_slice_1_estimations value=1,value_2=2 1579355159000',
    ],
    [
      { time: '1579355159.1234' },
      '',
      'slice_1_slas: sla_slice_1_estimations value=187.25 1579355159123',
    ],
    [said, '', 'slice_1_slas: sro_slice_1_logs value="Upgrading \\"1\\"" 1579355159000'],
    [{ values: [] }, '', 'no-value'],
    [{ time: '999999999999' }, '', 'bad-time'],
  ])('with %j and key %j gives %s', (change, key, expected) => {
    const message = { ...estimation, ...change };
    expect(
      recorded((sink) => recordMeasurement(message, { key, bucket: 'slicecast' }, sink)),
    ).toEqual([expected]);
  });
});

test('a forecast is a point for each flavor and horizon at the instant that it is about', () => {
  expect(recorded((sink) => recordForecast(forecast, 'slicecast', sink))).toEqual([
    'slicecast: forecast,slice=1,tenant=default,flavor=1,horizon=30,champion=live-kpi,counterfactual=false q025=1,q10=2,q50=3,q90=4,q975=5,violation_probability=0.25,persistence=24.5,flavor_id=1i,gated=true,input_quality="fresh",epoch=2i,model="m-1" 1800000030000',
    'slicecast: forecast,slice=1,tenant=default,flavor=2,horizon=30,champion=x-alone,counterfactual=true q025=1,q10=2,q50=3,q90=4,q975=5,violation_probability=0.25,persistence=24.5,flavor_id=2i,gated=true,input_quality="fresh",epoch=2i,model="m-1" 1800000030000',
  ]);
});

test('a row is the tick, and one point for each feature: one without a value keeps its state', () => {
  const nameOf = (id: string) => `name of ${id}`;
  expect(recorded((sink) => recordInput(row, { bucket: 'b', nameOf }, sink))).toEqual([
    'b: tick,slice=1,tenant=default kpi=24.5,flavor=1i,epoch=2i,features=2i,usable=1i 1800000000000',
    'b: feature,slice=1,tenant=default,feature=f1 value=35,state="fresh",age_seconds=0.5,name="name of f1" 1800000000000',
    'b: feature,slice=1,tenant=default,feature=f2 state="missing",name="name of f2" 1800000000000',
  ]);
});

test('a KPI that comes after its row joins the point of its tick', () => {
  const { tenantId, sliceId, at } = row;
  const late = { kind: 'kpi' as const, tenantId, sliceId, at, kpi: 30 };
  expect(recorded((sink) => recordInput(late, { bucket: 'b', nameOf: String }, sink))).toEqual([
    'b: tick,slice=1,tenant=default kpi=30 1800000000000',
  ]);
});

test("a change that was decided is a point, and a line in MLO-V2's log of the slice", () => {
  expect(recorded((sink) => recordDecision(decision, 'b', sink))).toEqual([
    'b: decision,slice=1,tenant=default,origin=tick action="change",reason="forecast-violation",policy="predictive",mode="auto",from_flavor=1i,to_flavor=2i,lead_time_seconds=27,epoch=2i,text="flavor 1 → 2: forecast-violation",number_violationProbability=0.99 1800000000000',
    'slice_1_slas: sro_slice_1_logs value="flavor 1 → 2: forecast-violation" 1800000000000',
  ]);
});

test('a decision by hand at the instant of a tick is a point beside that of the tick', () => {
  const manual = { ...decision, id: `${decision.id}-manual`, action: 'keep' as const, numbers: {} };
  const [line] = recorded((sink) => recordDecision(manual, 'b', sink));
  expect(line).toContain('decision,slice=1,tenant=default,origin=manual ');
});

test('the verdict on the change before is told with the decision of its tick', () => {
  const verification = {
    changeId: '1-1',
    status: 'verified' as const,
    verdict: 'as-forecast' as const,
    feltMs: null,
  };
  const [line] = recorded((sink) => recordDecision({ ...decision, verification }, 'b', sink));
  expect(line).toContain(',verdict="as-forecast",');
});

describe('a hop', () => {
  const context = { bucket: 'b', now: row.at + 1250 };
  test('tells how long after its tick a message could be read, and what is left of the horizon', () => {
    const withHorizon = (horizonSeconds: number) => (sink: PointSink) =>
      recordHop('forecast', row, { ...context, horizonSeconds }, sink);
    expect(recorded(withHorizon(30))).toEqual([
      'b: hop,slice=1,tenant=default,hop=forecast delay_seconds=1.25,lead_seconds=28.75 1800000000000',
    ]);
  });

  test.each([-1, 60_001])('of a message that is %d ms old says nothing', (ageMs) => {
    const late = { bucket: 'b', now: row.at + ageMs };
    expect(recorded((sink) => recordHop('row', row, late, sink))).toEqual([]);
  });
});
