/** Runs SQL with `$1`-style parameters; rows are plain objects keyed by column. */
export interface Queryable {
  query<Row extends object>(sql: string, params?: readonly unknown[]): Promise<Row[]>;
}

/** PostgreSQL or PGlite, the same SQL. No transaction awaits HTTP or the log. */
export interface Database extends Queryable {
  /** Commits when `work` resolves, rolls back when it rejects. */
  transaction<T>(work: (tx: Queryable) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

/** One numbered step of a service's schema. Never edited after it has landed. */
export interface Migration {
  readonly id: number;
  readonly name: string;
  readonly sql: string;
}
