export * from './app-error.ts';
export * from './clock.ts';
export * from './database/database.ts';
export * from './log/log.ts';
export * from './service.ts';
