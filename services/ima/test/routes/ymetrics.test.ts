import { type Profile, seriesHash } from '@slicecast/contracts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { call, jobWhen, postYMetrics, type YMetricsForm } from '../fakes/calls.ts';
import { type FakePrometheus, startFakePrometheus } from '../fakes/fake-prometheus.ts';
import { type FakeReceiver, startFakeReceiver } from '../fakes/fake-receiver.ts';
import { type FakeSelection, startFakeSelection } from '../fakes/fake-selection.ts';
import { startTestIma, type TestIma } from '../fakes/start-test-ima.ts';
import { trace } from '../fakes/traces.ts';

let prometheus: FakePrometheus;
let selection: FakeSelection;
let receiver: FakeReceiver;
let ima: TestIma;

beforeAll(async () => {
  prometheus = await startFakePrometheus(trace);
  selection = await startFakeSelection();
  receiver = await startFakeReceiver();
  ima = await startTestIma({
    prometheusUrl: prometheus.url,
    selectionUrl: selection.url,
    config: { IMA_MAX_UPLOAD_BYTES: 100_000 },
  });
});
afterAll(async () => {
  await ima.service.stop();
  await Promise.all([prometheus.close(), selection.close(), receiver.close()]);
});

function post(form: YMetricsForm = {}, sliceId: number | string = 1) {
  return postYMetrics(ima.url, receiver.url, form, sliceId);
}

function timestampOf(answer: { readonly json: unknown }): number {
  return (answer.json as { result: { currentTimestamp: number } }).result.currentTimestamp;
}

describe('POST /ymetrics/:sliceId', () => {
  test("answers 201 in MLO-V2's words, then posts x_selected and timeserie_map to callbackURL", async () => {
    const answer = await post();
    expect(answer.status).toBe(201);
    expect(answer.json).toEqual({
      result: {
        text: 'Ok, IMAService has started.',
        currentTimestamp: expect.any(Number),
      },
    });
    const { files, headers } = await receiver.delivery(answer.headers.get('location'));
    const connections = { __name__: 'connections', instance: '10.0.0.1:9100', job: 'node' };
    const [header, first] = files.x_selected?.split('\n') ?? [];
    expect(header?.split(',')).toContain(seriesHash(connections));
    expect(first).toMatch(/^1579355159,/);
    expect(files.timeserie_map).toContain(
      `${seriesHash(connections)},"{'__name__': 'connections', 'instance': '10.0.0.1:9100', 'job': 'node'}"`,
    );
    const location = answer.headers.get('location');
    expect(headers['idempotency-key']).toBe(location?.split('/').at(-1));
    const job = await jobWhen(ima.url, location, ({ status }) => status === 'succeeded');
    expect(job).toMatchObject({ kind: 'extraction', progressPercent: 100, step: 'done' });
  });

  test('posts the profile beside them, its rows those of the Y file', async () => {
    const { headers } = await post();
    const { files } = await receiver.delivery(headers.get('location'));
    const { profile } = JSON.parse(files.profile ?? '') as { profile: Profile };
    expect(profile).toMatchObject({
      stepMs: 1000,
      features: [expect.anything(), expect.anything()],
    });
    expect(profile.at).toHaveLength(200);
    expect(profile.kpi).toHaveLength(200);
    expect(profile.columns.map((column) => column.length)).toEqual([200, 200]);
  });

  test.each([
    ['K', ['K']],
    ['callbackURL', ['callbackURL']],
    ['sliceFlavor', ['sliceFlavor']],
  ])("without %s answers 400 with MLO-V2's text and the name", async (field, missing) => {
    const answer = await post({ fields: { [field]: null } });
    expect(answer.status).toBe(400);
    expect(answer.json.detail).toBe(
      `Missing paramenters: callbackURL OR K OR YField OR sliceFlavor OR (YFile or currentTimestamp); missing: ${missing}`,
    );
  });

  test('without anything names everything that is missing', async () => {
    const fields = { K: null, callbackURL: null, sliceFlavor: '', YField: null };
    const answer = await post({ file: null, fields });
    expect(answer.json.detail).toMatch(
      /missing: callbackURL, K, sliceFlavor, YFile or currentTimestamp$/,
    );
  });

  test('without YField takes the second column', async () => {
    expect((await post({ fields: { YField: null } })).status).toBe(201);
  });

  test.each<[string, YMetricsForm, number, RegExp]>([
    ['an empty file', { file: '' }, 400, /the file is empty/],
    ['a header only', { file: 'timestamp,R_99\n' }, 400, /a header but no rows/],
    [
      'an unknown column',
      { fields: { YField: 'p50' } },
      400,
      /`p50` is not in the file; it has `timestamp`, `R_99`/,
    ],
    ['a cell that is no number', { file: 'timestamp,R_99\n1,fast\n' }, 400, /line 2: `fast`/],
    ['a timestamp that is none', { file: 'timestamp,R_99\nnow,1\n' }, 400, /line 2: `now`/],
    ['one row', { file: 'timestamp,R_99\n1,1\n' }, 400, /1 distinct instants/],
    ['broken quotes', { file: 'timestamp,R_99\n"1,1\n' }, 400, /./],
    ['another ending', { filename: 'y.exe' }, 400, /a \.csv file is needed/],
    ['K of 0', { fields: { K: '0' } }, 400, /K must be a number of metrics from 1 to 1000/],
    ['K of 10000', { fields: { K: '10000' } }, 400, /K must be/],
    ['K of -1', { fields: { K: '-1' } }, 400, /K must be/],
    ['K of 1.5', { fields: { K: '1.5' } }, 400, /K must be/],
    ['K of text', { fields: { K: 'many' } }, 400, /K must be/],
    [
      'a callbackURL of another scheme',
      { fields: { callbackURL: 'file:///etc/passwd' } },
      400,
      /http or https/,
    ],
    ['a callbackURL that is none', { fields: { callbackURL: 'sro' } }, 400, /http or https/],
    [
      'a callbackURL with a password',
      { fields: { callbackURL: 'http://a:b@c/' } },
      400,
      /credentials/,
    ],
    [
      'an unknown flavor',
      { fields: { sliceFlavor: '7' } },
      404,
      /it has 1 \(10Mbit\), 2 \(30Mbit\)/,
    ],
    [
      'a currentTimestamp beside the file',
      { fields: { currentTimestamp: '5' } },
      400,
      /without YFile/,
    ],
    [
      'a currentTimestamp that is none',
      { file: null, fields: { currentTimestamp: 'x' } },
      400,
      /epoch second/,
    ],
    [
      'an unknown currentTimestamp',
      { file: null, fields: { currentTimestamp: '5' } },
      404,
      /not known/,
    ],
  ])('with %s is refused in words', async (_title, form, status, words) => {
    const answer = await post(form);
    expect(answer.status).toBe(status);
    expect(answer.json.detail).toMatch(words);
  });

  test('takes duplicate and unsorted timestamps', async () => {
    const rows = ['1579355170,5', '1579355160,1', '1579355165,2', '1579355165,3', '1579355175,4'];
    const { headers } = await post({ file: `timestamp,R_99\n${rows.join('\n')}\n` });
    const { files } = await receiver.delivery(headers.get('location'));
    const { profile } = JSON.parse(files.profile ?? '') as { profile: Profile };
    expect(profile.kpi).toEqual([1, 3, 5, 4]);
  });

  test.each([
    ['an unknown slice', 99, 404],
    ['a slice that is no number', 'one', 400],
    ['slice 0', 0, 400],
  ])('for %s answers %s', async (_title, sliceId, status) => {
    expect((await post({}, sliceId)).status).toBe(status);
  });

  test('refuses a file over the limit with 413', async () => {
    const file = `timestamp,R_99\n${'1,1\n'.repeat(50_000)}`;
    expect((await post({ file })).status).toBe(413);
  });

  test("refuses another tenant's slice as unknown", async () => {
    const headers = { 'x-slicecast-tenant': 'other' };
    expect((await post({ headers })).status).toBe(404);
  });

  test('takes a flavor by its name', async () => {
    const answer = await post({ fields: { sliceFlavor: '30Mbit' } });
    const job = await jobWhen(ima.url, answer.headers.get('location'), () => true);
    expect(job.flavorId).toBe(2);
  });

  test('gives every extraction of a slice a second of its own', async () => {
    const answers = await Promise.all([post(), post(), post()]);
    expect(new Set(answers.map(timestampOf)).size).toBe(3);
  });

  test('with the same Idempotency-Key gives the same answer and makes no second extraction', async () => {
    const headers = { 'idempotency-key': 'job-1' };
    const first = await post({ headers });
    const second = await post({ headers });
    expect(second.text).toBe(first.text);
    expect(second.headers.get('location')).toBe(first.headers.get('location'));
  });

  test('selects again on an earlier extraction, without asking Prometheus', async () => {
    const first = await post();
    await jobWhen(ima.url, first.headers.get('location'), ({ status }) => status === 'succeeded');
    const asked = prometheus.requests.length;
    const currentTimestamp = timestampOf(first);
    const fields = { K: '1', currentTimestamp: String(currentTimestamp) };
    const again = await post({ file: null, fields });
    expect(again.status).toBe(201);
    expect(timestampOf(again)).toBe(currentTimestamp);
    const { files } = await receiver.delivery(again.headers.get('location'));
    expect(files.x_selected?.split('\n')[0]?.split(',')).toHaveLength(2);
    expect(prometheus.requests.length).toBe(asked);
  });

  test('answers 410 when the earlier extraction is gone', async () => {
    const first = await post();
    await jobWhen(ima.url, first.headers.get('location'), ({ status }) => status === 'succeeded');
    const currentTimestamp = timestampOf(first);
    await ima.database.query(`update ima.extractions set state = 'gone' where current_ts = $1`, [
      currentTimestamp,
    ]);
    const fields = { currentTimestamp: String(currentTimestamp) };
    expect((await post({ file: null, fields })).status).toBe(410);
  });

  test('refuses a body that is no form', async () => {
    const body = JSON.stringify({});
    const headers = { 'content-type': 'application/json' };
    const answer = await call(`${ima.url}/ymetrics/1`, { method: 'POST', body, headers });
    expect(answer.status).toBe(415);
  });
});
