import { createMemoryDatabase } from '../../src/index.ts';
import { describeDatabase } from './database-behaviour.ts';

describeDatabase('the database in memory', createMemoryDatabase);
