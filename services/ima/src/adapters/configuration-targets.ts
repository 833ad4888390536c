import { randomUUID } from 'node:crypto';
import { rename, rm, writeFile } from 'node:fs/promises';
import type { HttpClient } from '@slicecast/platform';
import { stringify } from 'yaml';
import type { ConfigurationTarget } from '../ports.ts';

/** A file that a Prometheus reads, written whole or not at all; then Prometheus is told to read it. */
export function createFileTarget(
  file: string,
  reloadUrl: string | undefined,
  http: HttpClient,
): ConfigurationTarget {
  return {
    name: `Prometheus' configuration ${file}`,
    async apply(text, signal) {
      const partial = `${file}.${randomUUID()}`;
      try {
        await writeFile(partial, text);
        await rename(partial, file);
      } finally {
        await rm(partial, { force: true });
      }
      if (reloadUrl === undefined) return;
      await http.request({ method: 'POST', url: reloadUrl, responseType: 'text', signal });
    },
  };
}

/** MLO-V2's way: a Kubernetes ConfigMap as multipart field `configMap`, posted to `<receiver>/configmap`. */
export function createConfigMapTarget(
  receiver: string,
  name: string,
  http: HttpClient,
): ConfigurationTarget {
  return {
    name: `ConfigMap receiver ${receiver}`,
    async apply(text, signal) {
      const configMap = {
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { name },
        data: { 'prometheus.yml': text },
      };
      const form = new FormData();
      form.append(
        'configMap',
        new Blob([stringify(configMap)], { type: 'application/yaml' }),
        'configmap.yaml',
      );
      const url = `${receiver.replace(/\/$/, '')}/configmap`;
      await http.request({ method: 'POST', url, form, responseType: 'text', signal });
    },
  };
}
