import type { InfluxDB } from '@influxdata/influxdb-client';
import { AppError } from '@slicecast/platform';

/** How one version of InfluxDB names and makes buckets. */
export interface InfluxBuckets {
  /** The bucket as the write and query APIs know it. */
  nameOf(bucket: string): string;
  /** Makes it if it is not there; one that is there stays as it is. */
  ensure(bucket: string): Promise<void>;
}

export interface BucketOptions {
  readonly org: string;
  /** Of buckets made here; 0 keeps for ever. */
  readonly retentionHours: number;
}

const retentionPolicy = 'autogen';

/** InfluxDB 1.8: a bucket is a database and its retention policy; made by InfluxQL. */
export function createV1Buckets(
  influx: InfluxDB,
  { retentionHours }: BucketOptions,
): InfluxBuckets {
  const query = async (text: string): Promise<InfluxQlAnswer> => {
    const path = `/query?q=${encodeURIComponent(text)}`;
    const answer = (await influx.transport.request(path, '', { method: 'POST' })) as InfluxQlAnswer;
    const error = answer.error ?? answer.results?.find((result) => result.error)?.error;
    if (error !== undefined) throw bucketError(`InfluxDB refused ${text}: ${error}`);
    return answer;
  };
  return {
    nameOf: (bucket) => `${bucket}/${retentionPolicy}`,
    async ensure(bucket) {
      const databases = await query('SHOW DATABASES');
      const names = databases.results?.[0]?.series?.[0]?.values ?? [];
      if (names.some(([name]) => name === bucket)) return;
      const duration = retentionHours === 0 ? 'INF' : `${retentionHours}h`;
      await query(
        `CREATE DATABASE "${bucket}" WITH DURATION ${duration} REPLICATION 1 NAME "${retentionPolicy}"`,
      );
    },
  };
}

/** What is read of an answer of `/query`. */
interface InfluxQlAnswer {
  readonly error?: string;
  readonly results?: readonly {
    readonly error?: string;
    readonly series?: readonly { readonly values?: readonly (readonly unknown[])[] }[];
  }[];
}

/** InfluxDB 2: buckets of an organisation, made over its API. */
export function createV2Buckets(influx: InfluxDB, options: BucketOptions): InfluxBuckets {
  const get = (path: string) => influx.transport.request(path, '', { method: 'GET' });
  const find = async (bucket: string) => {
    const query = new URLSearchParams({ org: options.org, name: bucket });
    const found = (await get(`/api/v2/buckets?${query}`)) as { buckets?: readonly unknown[] };
    return found.buckets?.[0];
  };
  let orgId: string | undefined;
  const findOrg = async () => {
    const query = new URLSearchParams({ org: options.org });
    const found = (await get(`/api/v2/orgs?${query}`)) as { orgs?: readonly { id: string }[] };
    const id = found.orgs?.[0]?.id;
    if (id === undefined) throw bucketError(`InfluxDB has no organisation ${options.org}`);
    return id;
  };
  return {
    nameOf: (bucket) => bucket,
    async ensure(bucket) {
      if ((await find(bucket).catch(absent)) !== undefined) return;
      orgId ??= await findOrg();
      const retentionRules = [{ type: 'expire', everySeconds: options.retentionHours * 3600 }];
      const body = { orgID: orgId, name: bucket, retentionRules };
      await influx.transport
        .request('/api/v2/buckets', JSON.stringify(body), {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
        })
        .catch(madeMeanwhile);
    },
  };
}

/** InfluxDB 2 answers 404 for a bucket that is not there. */
function absent(error: unknown): undefined {
  if (statusOf(error) !== 404) throw error;
  return undefined;
}

/** Another replica was faster: 422, `bucket with name … already exists`. */
function madeMeanwhile(error: unknown): void {
  if (statusOf(error) !== 422) throw error;
}

function statusOf(error: unknown): unknown {
  return error instanceof Error && 'statusCode' in error ? error.statusCode : undefined;
}

function bucketError(message: string): AppError {
  return new AppError(message, { status: 503, code: 'influx-bucket', retriable: true });
}
