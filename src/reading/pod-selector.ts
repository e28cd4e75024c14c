import { selects } from '../kubernetes/label-selector';
import type { ManifestObject } from './manifest-object';

/** Returns the label selector of an object for pods, or undefined if the object selects no pods. */
export function podSelectorOf({ root, type }: ManifestObject): unknown {
  switch (type) {
    case '/Service': {
      const matchLabels = root.at('spec', 'selector').texts;
      return Object.keys(matchLabels).length === 0 ? undefined : { matchLabels };
    }
    case 'networking.k8s.io/NetworkPolicy':
      return root.at('spec', 'podSelector').value ?? {};
    case 'policy/PodDisruptionBudget':
      return root.at('spec', 'selector').value;
    default:
      return undefined;
  }
}

/** Whether a Service, a network policy or a PodDisruptionBudget selects pods with these labels. */
export function selectsPods(object: ManifestObject, labels: { readonly [key: string]: string }): boolean {
  const selector = podSelectorOf(object);
  return selector !== undefined && selects(selector, labels);
}
