import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { podsOf, readCompose, readKubernetes, readText, root } from './files.ts';

/** What a container of the files is given, whichever runs it. */
export interface Container {
  readonly environment: Readonly<Record<string, string>>;
  readonly args: readonly string[];
  /** Secrets, by the path of their file. */
  readonly secrets: ReadonlyMap<string, string>;
  /** Folders that are there: with these files, or empty and to be written to. */
  readonly folders: ReadonlyMap<string, Readonly<Record<string, string>>>;
}

export const targets = { 'docker-compose.yml': composeContainer, 'k8s/': kubernetesContainer };

export function composeContainer(name: string): Container {
  const service = readCompose().services[name];
  if (service === undefined) throw new Error(`docker-compose.yml has no service ${name}`);
  const { environment = {}, command = [], secrets = [], volumes = [], tmpfs = [] } = service;
  const mounts = volumes.map((volume): [string, Readonly<Record<string, string>>] => {
    const [source = '', path = ''] = volume.replace(/^\$\{\w+:-([^}]+)\}/, '$1').split(':');
    return [path, source.startsWith('./') ? filesOf(source) : {}];
  });
  return {
    environment,
    args: command,
    secrets: new Map(secrets.map(({ source, target }) => [target, source])),
    folders: new Map([
      ...mounts,
      ...tmpfs.map((entry) => [entry.split(':')[0] ?? '', {}] as const),
    ]),
  };
}

export function kubernetesContainer(name: string): Container {
  const objects = readKubernetes();
  const pod = podsOf(objects).get(name);
  const container = pod?.containers[0];
  if (pod === undefined || container === undefined) throw new Error(`k8s/ has no pods ${name}`);
  const secrets = new Map<string, string>();
  const folders = new Map<string, Readonly<Record<string, string>>>();
  for (const { name: volumeName, mountPath } of container.volumeMounts) {
    const volume = pod.volumes.find((each) => each.name === volumeName);
    for (const { key, path } of volume?.secret?.items ?? [])
      secrets.set(join(mountPath, path), key);
    const map = objects.find(
      ({ kind, metadata }) => kind === 'ConfigMap' && metadata.name === volume?.configMap?.name,
    );
    if (volume?.secret === undefined) folders.set(mountPath, map?.data ?? {});
  }
  const environment = Object.fromEntries(container.env.map(({ name, value }) => [name, value]));
  return { environment, args: container.args ?? [], secrets, folders };
}

function filesOf(folder: string): Readonly<Record<string, string>> {
  const names = readdirSync(join(root, folder));
  return Object.fromEntries(names.map((name) => [name, readText(join(folder, name))]));
}
