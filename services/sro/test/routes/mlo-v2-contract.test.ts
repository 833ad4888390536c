import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import {
  call,
  getJson,
  goodY,
  post,
  postFiles,
  postY,
  profileQuery,
} from '../fakes/contract-calls.ts';
import { hash, startTestSro, type TestSro } from '../fakes/start-test-sro.ts';

/** Every row of the SRO's table in MLO-V2's contract, over HTTP against the running service. */
let sro: TestSro;
beforeAll(async () => {
  sro = await startTestSro({ env: { SRO_MAX_UPLOAD_BYTES: '100000' } });
});
afterAll(() => sro.stop());

const xSelected = `timestamp,${hash}\n1579355129,35\n1579355130,36\n1579355131,37\n`;
const map = `metricHash,metricInfo\n${hash},"{""labels"":{""__name__"":""load""}}"\n`;
const files = {
  x_selected: { text: xSelected, filename: 'x_selected.csv' },
  timeserie_map: { text: map, filename: 'timeserie_map.csv' },
};

/** Frees both flavors for the next test. */
async function cancelJobs(): Promise<void> {
  const { items } = (await getJson(`${sro.url}/api/v1/jobs`)) as {
    items: { id: string; status: string }[];
  };
  for (const { id, status } of items) {
    if (status === 'running') await call(`${sro.url}/api/v1/jobs/${id}`, { method: 'DELETE' });
  }
}

describe('POST /slice/:id/flavor/:id/profile', () => {
  afterEach(cancelJobs);

  test('accepts a Y file with 201, the text of old and a job to follow', async () => {
    const answer = await postY(sro.url, goodY, {
      query: `${profileQuery}&url_to_answer=http://127.0.0.1:9/done`,
    });
    expect(answer.status).toBe(201);
    expect(answer.text).toBe(
      'Creation of model Accepted. We will notify you on http://127.0.0.1:9/done after model creation. ',
    );
    const job = await getJson(`${sro.url}${answer.headers.get('location')}`);
    expect(job).toMatchObject({ kind: 'profile', sliceId: 1, flavorId: 1, status: 'running' });
  });

  test.each([
    ['a flavor by its name', { path: '/slice/1/flavor/30Mbit/profile' }, goodY],
    [
      'another name of the timestamp column',
      { query: 'sla_metric_name=R_99&timestamp_label=when' },
      goodY.replace('timestamp', 'when'),
    ],
    ['epoch milliseconds', {}, 'timestamp,R_99\n1579355129000,24\n1579355130000,25\n'],
    ['RFC 3339', {}, 'timestamp,R_99\n2020-01-18T13:45:29Z,24\n2020-01-18T13:45:30Z,25\n'],
    [
      'unsorted and doubled timestamps',
      {},
      'timestamp,R_99\n1579355130,2\n1579355129,1\n1579355130,3\n',
    ],
  ])('takes %s', async (_title, more, text) => {
    expect((await postY(sro.url, text, more)).status).toBe(201);
  });

  test.each([
    ['an unknown slice', 404, { path: '/slice/9/flavor/1/profile' }, goodY, 'There is no slice 9'],
    [
      'an unknown flavor',
      404,
      { path: '/slice/1/flavor/9/profile' },
      goodY,
      'has no flavor 9; it has 1 (10Mbit), 2 (30Mbit)',
    ],
    [
      'a slice that is no number',
      400,
      { path: '/slice/x/flavor/1/profile' },
      goodY,
      'path sliceId',
    ],
    ['no sla_metric_name', 400, { query: 'timestamp_label=timestamp' }, goodY, 'sla_metric_name'],
    ['no timestamp_label', 400, { query: 'sla_metric_name=R_99' }, goodY, 'timestamp_label'],
    ['a file that is no .csv', 400, { filename: 'y.txt' }, goodY, 'its name must end in .csv'],
    ['an empty file', 400, {}, '', 'the file is empty'],
    ['a header only', 400, {}, 'timestamp,R_99\n', 'a header but no rows'],
    [
      'an unknown KPI column',
      400,
      { query: 'sla_metric_name=R_98&timestamp_label=timestamp' },
      goodY,
      '`R_98`',
    ],
    [
      'an unknown timestamp column',
      400,
      { query: 'sla_metric_name=R_99&timestamp_label=ts' },
      goodY,
      '`ts`',
    ],
    [
      'a cell that is no number',
      400,
      {},
      'timestamp,R_99\n1579355129,fast\n1579355130,1\n',
      'fast',
    ],
    ['a timestamp that is none', 400, {}, 'timestamp,R_99\nnoon,1\n1579355130,1\n', 'noon'],
    [
      'a callback URL that is none',
      400,
      { query: `${profileQuery}&url_to_answer=ftp://x` },
      goodY,
      'url_to_answer',
    ],
  ])('answers %s with %i and the reason', async (_title, status, more, text, reason) => {
    const answer = await postY(sro.url, text, more);
    expect(answer.status).toBe(status);
    expect(answer.headers.get('content-type')).toContain('application/problem+json');
    expect(answer.text.replaceAll('\\"', '"')).toContain(reason);
  });

  test('answers a missing part with 400 and says how to send it', async () => {
    const url = `${sro.url}/slice/1/flavor/1/profile?${profileQuery}`;
    const answer = await postFiles(url, { data: { text: goodY, filename: 'y.csv' } });
    expect(answer.status).toBe(400);
    expect(answer.json.errors).toMatchObject([{ field: 'file' }]);
  });

  test('refuses a file over the configured limit as it streams in', async () => {
    const rows = Array.from({ length: 20_000 }, (_, k) => `${1_579_355_129 + k},24.94`);
    const answer = await postY(sro.url, `timestamp,R_99\n${rows.join('\n')}\n`);
    expect(answer.status).toBe(413);
    expect(answer.text).toContain('100000');
  });

  test('answers a second profile of the flavor with 409 and the id of the active job', async () => {
    const first = await postY(sro.url);
    const second = await postY(sro.url);
    expect(second.status).toBe(409);
    expect(second.text).toContain(first.headers.get('location')?.split('/').at(-1));
  });
});

describe('POST /slice/:id/flavor/:id/profilling_metrics', () => {
  afterEach(cancelJobs);

  test('with a job takes both files with 200, and a repetition does nothing', async () => {
    const { headers } = await postY(sro.url);
    const job = headers.get('location')?.split('/').at(-1);
    const url = `${sro.url}/slice/1/flavor/1/profilling_metrics?job=${job}`;
    for (const _time of [1, 2]) {
      const answer = await postFiles(url, files);
      expect(answer).toMatchObject({ status: 200, text: 'File Received ' });
    }
  });

  test('without a job trains from the files and the newest accepted Y file', async () => {
    await postY(sro.url, goodY, { path: '/slice/1/flavor/2/profile' });
    await cancelJobs();
    const answer = await postFiles(`${sro.url}/slice/1/flavor/2/profilling_metrics`, files);
    expect(answer).toMatchObject({ status: 200, text: 'File Received ' });
  });

  test('without a job takes Y as a part of its own', async () => {
    const y = { text: goodY, filename: 'y.csv' };
    const answer = await postFiles(`${sro.url}/slice/1/flavor/1/profilling_metrics`, {
      ...files,
      y,
    });
    expect(answer).toMatchObject({ status: 200, text: 'File Received ' });
  });

  test.each([
    ['x_selected missing', 400, { timeserie_map: files.timeserie_map }, 'x_selected'],
    ['timeserie_map missing', 400, { x_selected: files.x_selected }, 'timeserie_map'],
    [
      'an empty x_selected',
      400,
      { ...files, x_selected: { text: '', filename: 'x.csv' } },
      'x_selected',
    ],
    [
      'a map without its columns',
      400,
      { ...files, timeserie_map: { text: 'a,b\n1,2\n', filename: 'm.csv' } },
      'metricHash',
    ],
  ])('answers %s with %i', async (_title, status, parts, reason) => {
    const answer = await postFiles(`${sro.url}/slice/1/flavor/1/profilling_metrics`, parts);
    expect(answer.status).toBe(status);
    expect(answer.text).toContain(reason);
  });

  test('answers an unknown job with 404', async () => {
    const url = `${sro.url}/slice/1/flavor/1/profilling_metrics?job=nobody`;
    expect((await postFiles(url, files)).status).toBe(404);
  });

  test('without a job and without any Y file answers 409', async () => {
    const fresh = await startTestSro();
    const answer = await postFiles(`${fresh.url}/slice/1/flavor/2/profilling_metrics`, files);
    expect(answer.status).toBe(409);
    expect(answer.text).toContain('no Y file yet');
    await fresh.stop();
  });
});

describe('the verbs', () => {
  test.each([
    ['start_sla_forecast', 'Starting forecast '],
    ['start_orchestration', 'Starting orchestration '],
    ['upgrade', 'Upgrading slice flavor'],
  ])('POST /slice/1/%s answers 200 and its text', async (verb, text) => {
    expect(await post(`${sro.url}/slice/1/${verb}`)).toMatchObject({ status: 200, text });
  });

  test('upgrade is real: the flavor is in force afterwards, and at the end of the ranks there is 409', async () => {
    await expect
      .poll(async () => (await getJson(`${sro.url}/api/v1/slices/1`)).flavorInForce, {
        timeout: 20_000,
      })
      .toBe(2);
    expect((await post(`${sro.url}/slice/1/upgrade`)).status).toBe(409);
    expect(await post(`${sro.url}/slice/1/downgrade`)).toMatchObject({
      status: 200,
      text: 'Downgrading slice flavor',
    });
  });

  test.each(['start_sla_forecast', 'start_orchestration', 'upgrade', 'downgrade'])(
    'POST /slice/9/%s answers 404',
    async (verb) => expect((await post(`${sro.url}/slice/9/${verb}`)).status).toBe(404),
  );
});
