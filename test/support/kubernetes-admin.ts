import {
  AppsV1Api,
  KubeConfig,
  KubernetesObjectApi,
  PatchStrategy,
  setHeaderOptions,
  type V1Deployment,
  type V1DeploymentStatus,
} from '@kubernetes/client-node';

/** One who may do everything, and acts for those that are not there: people, and controllers. */
export function createAdmin(kubeconfigFile: string) {
  const configuration = new KubeConfig();
  configuration.loadFromFile(kubeconfigFile);
  const objects = KubernetesObjectApi.makeApiClient(configuration);
  const apps = configuration.makeApiClient(AppsV1Api);
  return {
    /** Server-side apply. */
    apply(object: object, manager = 'people', force = false): Promise<unknown> {
      const strategy = PatchStrategy.ServerSideApply;
      return objects.patch(object, undefined, undefined, manager, force, strategy);
    },
    deployment(namespace: string, name: string): Promise<V1Deployment> {
      return apps.readNamespacedDeployment({ namespace, name });
    },
    /** What the controller of deployments would write. */
    async writeStatus(
      namespace: string,
      name: string,
      status: Partial<V1DeploymentStatus>,
    ): Promise<void> {
      const body = { status };
      const options = setHeaderOptions('Content-Type', PatchStrategy.MergePatch);
      await apps.patchNamespacedDeploymentStatus({ namespace, name, body }, options);
    },
    async remove(namespace: string, name: string): Promise<void> {
      await apps.deleteNamespacedDeployment({ namespace, name, propagationPolicy: 'Background' });
    },
  };
}

export type Admin = ReturnType<typeof createAdmin>;
