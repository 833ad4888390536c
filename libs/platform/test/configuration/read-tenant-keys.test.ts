import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { readTenantKeys } from '../../src/configuration/read-tenant-keys.ts';

const folder = mkdtempSync(join(tmpdir(), 'slicecast-keys-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function file(text: string): string {
  const path = join(folder, `key-${text.length}`);
  writeFileSync(path, text);
  return path;
}

test('without tenants there are no keys', () => {
  expect(readTenantKeys(undefined, 'internal')).toBeUndefined();
});

test('a key is its file without the line end', () => {
  const tenants = [{ id: 'acme', keyFile: file('secret\n') }];
  expect(readTenantKeys(tenants, 'internal')).toEqual({
    tenants: [{ id: 'acme', key: 'secret' }],
    internalKey: 'internal',
  });
});

test.each([
  ['missing', join(folder, 'nobody'), 'ENOENT'],
  ['empty', file('  '), 'it is empty'],
])('a file that is %s is named with its tenant', (_title, keyFile, why) => {
  const read = () => readTenantKeys([{ id: 'acme', keyFile }], undefined);
  expect(read).toThrow(new RegExp(`tenant acme in ${keyFile}.*${why}`));
});

test('tenants without a key of the services end the start: they could not call each other', () => {
  const tenants = [{ id: 'acme', keyFile: file('secret') }];
  expect(() => readTenantKeys(tenants, undefined)).toThrow('set INTERNAL_KEY');
});
