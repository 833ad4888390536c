import { beforeEach, inject } from 'vitest';

const postgres = inject('postgres');
if ('url' in postgres) process.env.TEST_DATABASE_URL = postgres.url;
else beforeEach((context) => context.skip(postgres.missing));
