import { createRequire } from 'node:module';
import type { ConfigurationOptions, ObservableMiddleware } from '@kubernetes/client-node';
import type { KubernetesActuator } from '@slicecast/contracts';
import { AppError, retry } from '@slicecast/platform';
import { Value } from 'typebox/value';
import { faultOfAnswer, unreachable } from './kubernetes-error.ts';
import { invalidActuator } from './parameter-patterns.ts';
import { type Target, Workload } from './workload.ts';

/** One request, where the operator sets no time. */
const DEFAULT_TIMEOUT_MS = 10_000;
/** What the API server cannot answer just now is asked again; all of it can be done twice. */
const RETRY = { attempts: 4, baseDelayMs: 500, maxDelayMs: 2_000 };
/** Who owns the fields that are applied. */
export const fieldManager = 'slicecast';

/** Workloads of apps/v1. Both reject with an AppError that names the object. */
export interface Workloads {
  get(target: Target, signal: AbortSignal): Promise<Workload>;
  /** Server-side apply, never by force: a field of another manager is a refusal. */
  apply(target: Target, configuration: object, signal: AbortSignal): Promise<Workload>;
}

/**
 * Kubernetes' own client takes half a second and tens of megabytes to load: only where it is used, and at
 * the start, so that a kubeconfig that cannot be read ends it.
 */
const load = () =>
  createRequire(import.meta.url)(
    '@kubernetes/client-node',
  ) as typeof import('@kubernetes/client-node');

/** @throws AppError `actuator-invalid` where there is neither a kubeconfig nor a cluster around */
export function connectWorkloads(definition: KubernetesActuator): Workloads {
  const { timeoutMs = DEFAULT_TIMEOUT_MS } = definition;
  const client = load();
  const api = readConfiguration(definition, client).makeApiClient(client.CustomObjectsApi);
  const place = ({ kind, namespace, name }: Target) => ({
    group: 'apps',
    version: 'v1',
    namespace,
    name,
    plural: kind === 'Deployment' ? 'deployments' : 'statefulsets',
  });

  async function ask(
    target: Target,
    signal: AbortSignal,
    request: (options: ConfigurationOptions<ObservableMiddleware>) => Promise<unknown>,
  ): Promise<Workload> {
    const once = async () => {
      const late = AbortSignal.timeout(timeoutMs);
      const options = withSignal(AbortSignal.any([signal, late]), client);
      const answer = await request(options).catch((error: unknown) => {
        if (error instanceof client.ApiException) throw faultOfAnswer(target, error);
        signal.throwIfAborted();
        throw unreachable(target, late.aborted ? `no answer within ${timeoutMs} ms` : error);
      });
      if (Value.Check(Workload, answer)) return answer;
      throw unreachable(target, 'it answered what is no such object');
    };
    return retry(once, {
      ...RETRY,
      signal,
      shouldRetry: (error) => error instanceof AppError && error.retriable,
    });
  }

  return {
    get: (target, signal) =>
      ask(target, signal, (options) => api.getNamespacedCustomObject(place(target), options)),
    apply: (target, body, signal) =>
      ask(target, signal, (options) => {
        const type = client.setHeaderOptions(
          'Content-Type',
          client.PatchStrategy.ServerSideApply,
          options,
        );
        const request = { ...place(target), body, fieldManager, force: false };
        return api.patchNamespacedCustomObject(request, type);
      }),
  };
}

type Client = ReturnType<typeof load>;

function readConfiguration(definition: KubernetesActuator, client: Client) {
  const { name, kubeconfigFile, context } = definition;
  const configuration = new client.KubeConfig();
  try {
    if (kubeconfigFile === undefined) configuration.loadFromCluster();
    else configuration.loadFromFile(kubeconfigFile);
    if (context !== undefined) configuration.setCurrentContext(context);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw invalidActuator(name, `${kubeconfigFile} cannot be read: ${why}`, cause);
  }
  const server = configuration.getCurrentCluster()?.server;
  if (server === undefined) {
    const found = configuration.contexts.map((each) => each.name).join(', ') || 'none';
    const what = `${kubeconfigFile} has no context ${configuration.currentContext} with a cluster`;
    throw invalidActuator(name, `${what}: set context to one of ${found}`);
  }
  if (server.includes('undefined')) {
    throw invalidActuator(name, 'runs in no cluster: set kubeconfigFile');
  }
  return configuration;
}

/** The client takes a signal only by a step of its own before each request. */
function withSignal(
  signal: AbortSignal,
  { Observable }: Client,
): ConfigurationOptions<ObservableMiddleware> {
  const middleware: ObservableMiddleware = {
    pre(request) {
      request.setSignal(signal);
      return new Observable(Promise.resolve(request));
    },
    post: (response) => new Observable(Promise.resolve(response)),
  };
  return { middleware: [middleware], middlewareMergeStrategy: 'append' };
}
