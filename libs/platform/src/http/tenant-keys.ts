import { createHash, timingSafeEqual } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import { AppError } from '../app-error.ts';

/** The keys of each tenant, and one of the suite's own services, which speak for any tenant. */
export interface TenantKeys {
  readonly tenants: readonly { readonly id: string; readonly key: string }[];
  /** With it, `x-slicecast-tenant` names the tenant that the call is for. */
  readonly internalKey?: string;
}

export const tenantHeader = 'x-slicecast-tenant';
export const defaultTenant = 'default';

/** Tells whose request it is; throws 401 without a key that fits. */
export function createTenantCheck(keys: TenantKeys): (request: FastifyRequest) => string {
  const tenants = keys.tenants.map(({ id, key }) => ({ id, hash: hashOf(key) }));
  const internal = keys.internalKey === undefined ? undefined : hashOf(keys.internalKey);
  /** Those that fitted before, by key and as most send it: as many as there are keys at the most. */
  const fitting = new Map<string, Owner>();
  const fittingHeaders = new Map<string, Owner>();

  function ownerOf(key: string): Owner | undefined {
    const hash = hashOf(key);
    // All are compared, whichever fits: the time taken tells nothing of the keys.
    const [found] = tenants.filter((tenant) => timingSafeEqual(tenant.hash, hash));
    const isInternal = internal !== undefined && timingSafeEqual(internal, hash);
    return isInternal ? internalOwner : found;
  }

  function ownerOfRequest(request: FastifyRequest): Owner {
    const key = keyOf(request) ?? '';
    const owner = fitting.get(key) ?? ownerOf(key);
    if (owner === undefined) throw unauthorized(key !== '');
    fitting.set(key, owner);
    fittingHeaders.set(`Bearer ${key}`, owner);
    return owner;
  }

  return (request) => {
    const { authorization } = request.headers;
    const known = authorization === undefined ? undefined : fittingHeaders.get(authorization);
    const owner = known ?? ownerOfRequest(request);
    return owner === internalOwner ? (namedTenant(request) ?? defaultTenant) : owner.id;
  };
}

interface Owner {
  readonly id: string;
}

/** The suite's own services: each of their calls names its tenant. */
const internalOwner: Owner = { id: 'internal' };

/** Without keys there is one tenant; an internal call may still name it. */
export function namedTenant(request: FastifyRequest): string | undefined {
  const named = request.headers[tenantHeader];
  return typeof named === 'string' && named !== '' ? named : undefined;
}

function keyOf(request: FastifyRequest): string | undefined {
  const bearer = /^Bearer +(\S+)$/i.exec(request.headers.authorization ?? '')?.[1];
  const plain = request.headers['x-api-key'];
  return bearer ?? (typeof plain === 'string' && plain !== '' ? plain : undefined);
}

function hashOf(key: string): Buffer {
  return createHash('sha256').update(key).digest();
}

function unauthorized(given: boolean): AppError {
  const what = given ? 'The key is not known.' : 'A key is needed.';
  return new AppError(`${what} Send it as \`Authorization: Bearer <key>\` or \`x-api-key\`.`, {
    status: 401,
    code: given ? 'key-unknown' : 'key-missing',
  });
}
