import type { Refusal } from '@slicecast/contracts';
import { AppError, type Database, type Queryable } from '@slicecast/platform';
import type { ExtractionJob, ExtractionRequest } from '../domain/extraction-job.ts';
import { findJobByKey, insertJob } from './job-store.ts';

/** The KPI that an extraction is made for. */
export interface KpiSamples {
  readonly at: Float64Array;
  readonly values: Float64Array;
  readonly stepMs: number;
}

/** What is known of an extraction once its series are kept. */
export interface KeptExtraction {
  readonly stepMs: number;
  readonly rows: number;
  readonly seriesSeen: number;
  readonly refusals: {
    readonly counts: Readonly<Record<string, number>>;
    readonly told: readonly Refusal[];
  };
}

export interface Extraction {
  readonly sliceId: number;
  readonly currentTimestamp: number;
  readonly tenantId: string;
  readonly kpiName: string;
  readonly state: 'open' | 'kept' | 'gone';
  readonly kpi: KpiSamples | undefined;
  readonly kept: KeptExtraction | undefined;
}

export interface BeginExtraction {
  readonly tenantId: string;
  readonly sliceId: number;
  readonly flavorId: number;
  readonly kpiName: string;
  /** Absent: read from the source by the job. */
  readonly kpi: KpiSamples | undefined;
  readonly idempotencyKey: string | undefined;
  readonly request: ExtractionRequest;
}

export interface ExtractionStore {
  /** Reserves the next free second and adds the job, both or neither; a used key gives the job of then. */
  begin(extraction: BeginExtraction, now: number): Promise<ExtractionJob>;
  /** Adds a job that selects again on a kept extraction. */
  beginAgain(
    extraction: Omit<BeginExtraction, 'kpi' | 'kpiName'> & { readonly currentTimestamp: number },
    now: number,
  ): Promise<ExtractionJob>;
  get(sliceId: number, currentTimestamp: number): Promise<Extraction | undefined>;
  setKpi(sliceId: number, currentTimestamp: number, kpi: KpiSamples): Promise<void>;
  keep(sliceId: number, currentTimestamp: number, kept: KeptExtraction): Promise<void>;
}

export function createExtractionStore(database: Database): ExtractionStore {
  return {
    begin: (extraction, now) => onceByKey(database, extraction, (tx) => begin(tx, extraction, now)),
    beginAgain: (extraction, now) =>
      onceByKey(database, extraction, (tx) => insertJob(tx, extraction, now)),
    async get(sliceId, currentTimestamp) {
      const [row] = await database.query<ExtractionRow>(
        'select * from ima.extractions where slice_id = $1 and current_ts = $2',
        [sliceId, currentTimestamp],
      );
      return row === undefined ? undefined : toExtraction(row);
    },
    async setKpi(sliceId, currentTimestamp, kpi) {
      await database.query(
        `update ima.extractions set kpi_at = $3, kpi_values = $4, kpi_step_ms = $5
         where slice_id = $1 and current_ts = $2`,
        [sliceId, currentTimestamp, toBytes(kpi.at), toBytes(kpi.values), kpi.stepMs],
      );
    },
    async keep(sliceId, currentTimestamp, kept) {
      await database.query(
        `update ima.extractions set state = 'kept', step_ms = $3, row_count = $4, series_seen = $5,
           refusals = $6 where slice_id = $1 and current_ts = $2`,
        [
          sliceId,
          currentTimestamp,
          kept.stepMs,
          kept.rows,
          kept.seriesSeen,
          JSON.stringify(kept.refusals),
        ],
      );
    },
  };
}

async function onceByKey(
  database: Database,
  { tenantId, idempotencyKey }: { tenantId: string; idempotencyKey: string | undefined },
  insert: (tx: Queryable) => Promise<ExtractionJob | undefined>,
): Promise<ExtractionJob> {
  const before = await findByKey(database, tenantId, idempotencyKey);
  if (before !== undefined) return before;
  const job = await database.transaction(insert);
  const existing = job ?? (await findByKey(database, tenantId, idempotencyKey));
  if (existing !== undefined) return existing;
  throw new AppError('the job could not be stored', { status: 500, code: 'job-not-stored' });
}

async function findByKey(database: Database, tenantId: string, key: string | undefined) {
  return key === undefined ? undefined : findJobByKey(database, tenantId, key);
}

async function begin(
  tx: Queryable,
  extraction: BeginExtraction,
  now: number,
): Promise<ExtractionJob | undefined> {
  const { sliceId, tenantId, kpiName, kpi } = extraction;
  for (let second = Math.floor(now / 1000); ; second += 1) {
    const reserved = await tx.query(
      `insert into ima.extractions
         (slice_id, current_ts, tenant_id, kpi_name, state, kpi_at, kpi_values, kpi_step_ms, created_at)
       values ($1, $2, $3, $4, 'open', $5, $6, $7, $8)
       on conflict do nothing returning slice_id`,
      [
        sliceId,
        second,
        tenantId,
        kpiName,
        kpi === undefined ? null : toBytes(kpi.at),
        kpi === undefined ? null : toBytes(kpi.values),
        kpi?.stepMs ?? null,
        now,
      ],
    );
    if (reserved.length === 0) continue;
    const job = await insertJob(tx, { ...extraction, currentTimestamp: second }, now);
    if (job !== undefined) return job;
    // Another request with the same key was faster: what was reserved for this one is given back.
    await tx.query('delete from ima.extractions where slice_id = $1 and current_ts = $2', [
      sliceId,
      second,
    ]);
    return undefined;
  }
}

interface ExtractionRow {
  readonly slice_id: number;
  readonly current_ts: string | number;
  readonly tenant_id: string;
  readonly kpi_name: string;
  readonly state: Extraction['state'];
  readonly kpi_at: Uint8Array | null;
  readonly kpi_values: Uint8Array | null;
  readonly kpi_step_ms: string | number | null;
  readonly step_ms: string | number | null;
  readonly row_count: number | null;
  readonly series_seen: number | null;
  readonly refusals: KeptExtraction['refusals'] | null;
}

function toExtraction(row: ExtractionRow): Extraction {
  const hasKpi = row.kpi_at !== null && row.kpi_values !== null;
  return {
    sliceId: row.slice_id,
    currentTimestamp: Number(row.current_ts),
    tenantId: row.tenant_id,
    kpiName: row.kpi_name,
    state: row.state,
    kpi: hasKpi
      ? {
          at: toNumbers(row.kpi_at ?? new Uint8Array()),
          values: toNumbers(row.kpi_values ?? new Uint8Array()),
          stepMs: Number(row.kpi_step_ms),
        }
      : undefined,
    kept:
      row.state === 'open' || row.refusals === null
        ? undefined
        : {
            stepMs: Number(row.step_ms),
            rows: row.row_count ?? 0,
            seriesSeen: row.series_seen ?? 0,
            refusals: row.refusals,
          },
  };
}

function toBytes(values: Float64Array): Uint8Array {
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
}

/** Copies, because the database's bytes need not begin where a Float64Array may. */
function toNumbers(bytes: Uint8Array): Float64Array {
  return new Float64Array(Uint8Array.from(bytes).buffer);
}
