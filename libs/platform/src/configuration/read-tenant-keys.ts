import { readFileSync } from 'node:fs';
import { AppError } from '../app-error.ts';
import type { TenantKeys } from '../http/tenant-keys.ts';

/** A tenant as the operator's file names it. */
export interface TenantFile {
  readonly id: string;
  readonly keyFile: string;
}

/**
 * The keys of the tenants from their files; undefined where the operator names no tenants.
 * AppError 500 `configuration-invalid` names a file that cannot be read or is empty, and tells when the
 * services have no key of their own: with tenants they do not answer each other without one.
 */
export function readTenantKeys(
  tenants: readonly TenantFile[] | undefined,
  internalKey: string | undefined,
): TenantKeys | undefined {
  if (tenants === undefined) return undefined;
  const keys = tenants.map(({ id, keyFile }) => ({ id, key: readKey(id, keyFile) }));
  if (internalKey === undefined) {
    const remedy =
      'set INTERNAL_KEY (or INTERNAL_KEY_FILE) to the same 16 characters or more for each';
    throw new AppError(`The operator's file names tenants, so the services need a key: ${remedy}`, {
      status: 500,
      code: 'configuration-invalid',
    });
  }
  return { tenants: keys, internalKey };
}

function readKey(id: string, keyFile: string): string {
  try {
    const key = readFileSync(keyFile, 'utf8').trim();
    if (key !== '') return key;
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw unreadable(id, keyFile, why, cause);
  }
  throw unreadable(id, keyFile, 'it is empty');
}

function unreadable(id: string, keyFile: string, why: string, cause?: unknown): AppError {
  return new AppError(`The key of tenant ${id} in ${keyFile} cannot be read: ${why}`, {
    status: 500,
    code: 'configuration-invalid',
    cause,
  });
}
