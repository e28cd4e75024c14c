import type { SecurityContext } from 'kubernetes-types/core/v1';

/** The security context of the library's init containers in a client's pod. Every Pod Security Standard allows it. */
export const UNPRIVILEGED: SecurityContext = {
  runAsNonRoot: true,
  runAsUser: 65532,
  allowPrivilegeEscalation: false,
  capabilities: { drop: ['ALL'] },
  seccompProfile: { type: 'RuntimeDefault' },
};
