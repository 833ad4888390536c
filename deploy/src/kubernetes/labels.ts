export const namespace = 'slicecast';

/** A namespace with this label may call what is open. */
export const clientLabel = { 'slicecast/client': 'true' };

export function labelsOf(name: string): Readonly<Record<string, string>> {
  return { 'app.kubernetes.io/name': name, 'app.kubernetes.io/part-of': 'slicecast' };
}

export function selectorOf(name: string): Readonly<Record<string, string>> {
  return { 'app.kubernetes.io/name': name };
}

export function metadataOf(name: string, of = name): object {
  return { name, namespace, labels: labelsOf(of) };
}
