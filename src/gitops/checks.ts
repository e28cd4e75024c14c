import { isCount } from '../kubernetes/quantity';
import type { Problems } from '../reporting/problems';

/** Reports an invalid URL of a Git repository. A URL with a password would be committed. */
export function checkRepoUrl(problems: Problems, property: string, url: string): void {
  const isUrl = /^(https?|ssh|git|file):\/\/\S+$|^[\w.-]+@[\w.-]+:\S+$|^oci:\/\/\S+$/.test(url);
  if (!isUrl || /^https?:\/\/[^/@]+@/.test(url)) {
    problems.add(property, {
      wrong: isUrl ? 'must not contain credentials' : 'must be the URL of a repository',
      ...(!isUrl && { got: url }),
      allowed: 'a URL such as https://git.example.com/ci/manifests.git or git@git.example.com:ci/manifests.git',
      fix: isUrl ? 'store the credentials in a Secret of the GitOps tool' : 'add the protocol',
    });
  }
}

/** Reports a path that isn't in the repository. */
export function checkPath(problems: Problems, property: string, path: string): void {
  if (path === '' || path.startsWith('/') || path.split('/').includes('..')) {
    problems.add(property, {
      wrong: 'must be a directory in the repository',
      got: path,
      allowed: 'a relative path without ..',
      fix: "use a path such as 'dist'",
    });
  }
}

/** Reports an invalid number of nodes. */
export function checkMaxNodes(problems: Problems, property: string, nodes: number | undefined): void {
  if (nodes !== undefined && !isCount(nodes, 1)) {
    problems.add(property, {
      wrong: 'must be a number of nodes',
      got: nodes,
      allowed: 'a whole number of at least 1',
      fix: 'set it to the highest number of nodes that the cluster can have',
    });
  }
}
