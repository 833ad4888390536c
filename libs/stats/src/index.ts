export * from './feature-value.ts';
