import type { IncomingMessage, ServerResponse } from 'node:http';
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type { FastifyBaseLogger, FastifyInstance, RawServerDefault } from 'fastify';

/** A Fastify server whose routes take their types from TypeBox schemas. */
export type Server = FastifyInstance<
  RawServerDefault,
  IncomingMessage,
  ServerResponse,
  FastifyBaseLogger,
  TypeBoxTypeProvider
>;

/** One thing that a service needs or does, as `/ready` tells it. */
export interface ReadyCheck {
  readonly name: string;
  readonly ok: boolean;
  readonly detail: string;
}

declare module 'fastify' {
  interface FastifyRequest {
    /** Whose things this request sees; `default` where no tenant keys are configured. */
    tenantId: string;
  }
  interface FastifyContextConfig {
    /** The route asks for keys of its own kind, and not for a tenant's. */
    ownAuthorization?: boolean;
  }
}
