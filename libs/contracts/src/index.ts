export * from './actuator.ts';
export * from './api/change.ts';
export * from './api/feed-status.ts';
export * from './api/forecasting-status.ts';
export * from './api/job.ts';
export * from './api/model.ts';
export * from './api/problem.ts';
export * from './api/selection.ts';
export * from './feature.ts';
export { csvCell, parseDecimal } from './files/csv-cell.ts';
export { GrowingColumn } from './files/growing-column.ts';
export {
  type CsvRecord,
  type FileProblem,
  nameColumns,
  type Parsed,
  shorten,
} from './files/parsed.ts';
export { headerNames, isBlank } from './files/record.ts';
export * from './files/timeserie-map.ts';
export * from './files/timestamp.ts';
export * from './files/x-selected.ts';
export * from './files/y-file.ts';
export * from './files/y-report.ts';
export * from './flavor.ts';
export * from './identifiers.ts';
export * from './messages/change-fact.ts';
export * from './messages/forecast-checkpoint.ts';
export * from './messages/mlo-v2.ts';
export * from './messages/model-promotion.ts';
export { createSampleReader, type SampleReader } from './messages/read-sample.ts';
export * from './messages/slice-decision.ts';
export * from './messages/slice-forecast.ts';
export * from './messages/slice-input.ts';
export * from './messages/slice-state.ts';
export { createSampleWriter } from './messages/write-sample.ts';
export * from './operator-file.ts';
export * from './policy.ts';
export * from './promql/confine-query.ts';
export * from './series-hash.ts';
export * from './series-stream.ts';
export * from './series-stream.ts';
export * from './sla.ts';
export * from './topics.ts';
