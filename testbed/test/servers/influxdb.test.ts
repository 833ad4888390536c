import { expect, test } from 'vitest';
import { describeOnOwnServer } from '../../src/servers/for-tests.ts';
import { startInfluxdb } from '../../src/servers/influxdb.ts';

await describeOnOwnServer('InfluxDB', startInfluxdb, (server) => {
  const post = (path: string, body: string, type: string) =>
    fetch(`${server.address}${path}`, { method: 'POST', headers: { 'content-type': type }, body });

  test('takes lines on the path of version 2 and still has them after kill and restart', async () => {
    const create = new URLSearchParams({ q: 'create database kept' }).toString();
    expect((await post('/query', create, 'application/x-www-form-urlencoded')).status).toBe(200);
    const path = '/api/v2/write?org=any&bucket=kept/autogen&precision=ms';
    const written = await post(path, 'load,host=a value=1.5 1579355129250', 'text/plain');
    expect(written.status).toBe(204);
    await server.kill();
    await server.restart();
    const flux = 'from(bucket: "kept/autogen") |> range(start: 0)';
    const answer = await post('/api/v2/query?org=any', flux, 'application/vnd.flux');
    expect(await answer.text()).toContain('2020-01-18T13:45:29.25Z,1.5,value,load,a');
  });
});
