export * from './block-bootstrap.ts';
export * from './dominant-period.ts';
export * from './feature-value.ts';
export * from './least-absolute-deviations.ts';
export * from './seeded-random.ts';
export * from './sorted-quantile.ts';
export * from './weighted-ridge.ts';
