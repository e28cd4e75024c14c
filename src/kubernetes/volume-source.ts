import type { DownwardAPIVolumeFile, Volume } from 'kubernetes-types/core/v1';
import { checkVolumeField } from './field-paths';
import { checkDnsSubdomain } from './names';
import type { Problems } from '../reporting/problems';

/** Reports a source that lacks what the API server asks for. */
export function checkVolumeSource(
  { configMap, csi, downwardAPI, hostPath, nfs, persistentVolumeClaim, projected, rbd, secret }: Omit<Volume, 'name'>,
  problems: Problems,
): void {
  const references = {
    'configMap.name': configMap && (configMap.name ?? ''),
    'csi.driver': csi && (csi.driver ?? ''),
    'persistentVolumeClaim.claimName': persistentVolumeClaim && (persistentVolumeClaim.claimName ?? ''),
    'secret.secretName': secret && (secret.secretName ?? ''),
  };
  for (const [property, reference] of Object.entries(references)) {
    if (reference !== undefined) {
      checkDnsSubdomain(problems, property, reference);
    }
  }
  const texts = {
    'hostPath.path': hostPath && (hostPath.path ?? ''),
    'nfs.path': nfs && (nfs.path ?? ''),
    'nfs.server': nfs && (nfs.server ?? ''),
    'rbd.image': rbd && (rbd.image ?? ''),
    ...Object.fromEntries((rbd?.monitors ?? []).map((monitor, index) => [`rbd.monitors[${index}]`, monitor])),
  };
  for (const property of Object.keys(texts).filter((one) => texts[one as keyof typeof texts] === '')) {
    problems.add(property, { wrong: 'the source says not what it is', got: '', allowed: 'a text', fix: 'set it' });
  }
  if (rbd !== undefined && (rbd.monitors ?? []).length === 0) {
    problems.add('rbd.monitors', {
      wrong: 'the source says not where it is',
      got: rbd.monitors,
      allowed: 'the addresses of monitors of Ceph',
      fix: "for example ['10.0.0.1:6789']",
    });
  }
  checkFiles(downwardAPI?.items ?? [], problems.at('downwardAPI'));
  for (const [index, source] of (projected?.sources ?? []).entries()) {
    checkFiles(source.downwardAPI?.items ?? [], problems.at(`projected.sources[${index}].downwardAPI`));
  }
}

function checkFiles(files: readonly DownwardAPIVolumeFile[], problems: Problems): void {
  for (const [index, { fieldRef, path = '' }] of files.entries()) {
    const at = problems.at(`items[${index}]`);
    if (path === '' || path.startsWith('/') || path.split('/').includes('..')) {
      at.add('path', {
        wrong: 'not a path in the volume',
        got: path,
        allowed: "a relative path without '..'",
        fix: "for example 'labels'",
      });
    }
    if (fieldRef !== undefined) {
      checkVolumeField(at, 'fieldRef.fieldPath', fieldRef.fieldPath);
    }
  }
}
