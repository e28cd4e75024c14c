import type { TestCluster } from '../cluster';
import { isReady } from '../../cluster/pods';

/** The history of the pods of one workload. */
export class PodHistory {
  /** Starts to watch the pods. They must be ready. */
  public static async start(cluster: TestCluster, namespace: string, instance: string): Promise<PodHistory> {
    const selection = { namespace, labelSelector: `app.kubernetes.io/instance=${instance}` };
    const old = new Set((await cluster.client.list('v1', 'Pod', selection)).map(({ metadata }) => metadata.uid));
    const history = new PodHistory();
    history.stop = await cluster.client.watch('v1', 'Pod', selection, ({ type, object }) => {
      history.add(old.has(object.metadata.uid), type, object);
    });
    return history;
  }

  /** Ends the watch. */
  public stop: () => void = () => {};

  /** The events, such as `old pool-1 stops`. Each is recorded once. */
  private readonly all: string[] = [];

  private constructor() {}

  /** Returns the events. `withNames` adds the names of the pods. */
  public events(withNames: boolean): string[] {
    return withNames ? this.all : this.all.map((event) => event.replace(/ \S+/, ' pod'));
  }

  private add(isOld: boolean, type: string, object: any): void {
    const { deletionTimestamp, name } = object.metadata;
    // Kubernetes keeps the object of a pod whose containers have ended for a moment.
    const isGone = type === 'DELETED' || ['Failed', 'Succeeded'].includes(object.status.phase);
    const pod = `${isOld ? 'old' : 'new'} ${name}`;
    const states = [
      ...(isOld ? [] : [`${pod} starts`]),
      ...(!isOld && deletionTimestamp === undefined && isReady(object) ? [`${pod} is ready`] : []),
      ...(deletionTimestamp === undefined ? [] : [`${pod} stops`]),
      ...(isGone ? [`${pod} is gone`] : []),
    ];
    this.all.push(...states.filter((state) => !this.all.includes(state)));
  }
}
