import type { KeySelector } from '../../config/key-selector';
import { renewalSeconds, type CertManagerObject } from '../../network/cert-manager';
import { AlertSeverity, type CertificateExpiresAlertOptions, type EngineAlertsOptions } from './alert-options';
import type { AlertRule } from './alert-rule';
import type { PlacedEngine } from './monitored-engine';

/** A certificate whose expiry has a metric: cert-manager issued it, or it is in an existing Secret. */
interface MonitoredCertificate {
  readonly source: CertManagerObject | KeySelector;
  readonly namespace: string | undefined;
}

const MINUTE = 60;
/** The time in seconds before its expiry at which the certificate in a Secret should have been replaced. */
const SECRET_RENEWAL_SECONDS = 28 * 24 * 60 * MINUTE;

/** Returns the alerts about the certificates of an engine, of its clients and of their CA. */
export function certificateAlerts(engine: PlacedEngine, options: EngineAlertsOptions): AlertRule[] {
  const { clientCertificates, listener, name, namespace } = engine;
  if (listener?.tls === undefined) {
    return [];
  }
  const { certificates, mutual } = listener.tls;
  const cas = certificateAuthorities(engine);
  const rules: AlertRule[] = [
    {
      id: 'certificateExpires',
      severity: AlertSeverity.CRITICAL,
      ...expiry(
        [{ source: certificates.objects.Certificate ?? certificates.server.certificate, namespace }],
        options.certificateExpires,
        "clients can't connect",
      ),
      summary: `The certificate of the Dagger Engine ${name} expires soon.`,
    },
  ];
  if (mutual) {
    rules.push({
      id: 'clientCertificateExpires',
      severity: AlertSeverity.CRITICAL,
      ...expiry(
        clientCertificates.all.map(({ issued, namespace: own, secret }) => ({
          source: issued ?? secret.certificate,
          namespace: own,
        })),
        options.clientCertificateExpires,
        "this client can't connect",
      ),
      summary: `The certificate of a client of the Dagger Engine ${name} expires soon.`,
    });
  }
  if (cas.length > 0) {
    rules.push({
      id: 'caExpires',
      severity: AlertSeverity.WARNING,
      ...expiry(cas, options.caExpires, "clients can't connect"),
      summary: `The CA of the Dagger Engine ${name} expires soon.`,
    });
  }
  return rules;
}

/** Returns the CAs that this program is responsible for. The owner of an existing issuer renews its CA. */
function certificateAuthorities({ listener, namespace }: PlacedEngine): MonitoredCertificate[] {
  const { clientCa, objects, serverCa } = listener!.tls!.certificates;
  if (objects.CertificateAuthority !== undefined) {
    return [{ source: objects.CertificateAuthority, namespace }];
  }
  const secrets = [serverCa, clientCa].filter((ca) => ca?.objectKind === 'Secret');
  return objects.Certificate === undefined ? secrets.map((ca) => ({ source: ca!, namespace })) : [];
}

/** Returns the condition that one of the certificates expires soon, and its description with the consequence. */
function expiry(
  certificates: readonly MonitoredCertificate[],
  options: CertificateExpiresAlertOptions | undefined,
  consequence: string,
): Pick<AlertRule, 'description' | 'expr' | 'pendingSeconds'> {
  const given = options?.remaining?.toSeconds({ integral: false });
  /** The names of cert-manager's Certificates that have the same namespace and limit. */
  const issued = new Map<string, string[]>();
  const existing = new Set<string>();
  const limits: number[] = [];
  for (const { namespace, source } of certificates) {
    const isIssued = 'metadata' in source;
    const limit = given ?? Math.floor((isIssued ? renewalSeconds(source) : SECRET_RENEWAL_SECONDS) / 2);
    limits.push(limit);
    if (isIssued) {
      const key = JSON.stringify([namespace, limit]);
      issued.set(key, [...(issued.get(key) ?? []), source.metadata.name]);
    } else {
      existing.add(`${secretExpiry(source, namespace)} - time() < ${limit}`);
    }
  }
  const conditions = [
    ...[...issued].flatMap(([key, names]) => {
      const [namespace, limit] = JSON.parse(key) as [string | null, number];
      return issuedExpiry(names, namespace).map((time) => `${time} - time() < ${limit}`);
    }),
    ...existing,
  ];
  return {
    pendingSeconds: Math.min(15 * MINUTE, ...limits.map((limit) => Math.floor(limit / 2))),
    expr: conditions.length === 0 ? undefined : conditions.join('\nor\n'),
    description: `${subjectOf(issued.size > 0, existing.size > 0)}, which expires in {{ $value | humanizeDuration }}. Then ${consequence}.`,
  };
}

/**
 * Returns the queries for the expiry of certificates from cert-manager. There are two, because cert-manager's own
 * ServiceMonitor moves the certificate's namespace to `exported_namespace`, unless it honors labels.
 */
function issuedExpiry(names: readonly string[], namespace: string | null): string[] {
  const name =
    names.length === 1 ? `name="${names[0]}"` : `name=~"${names.map((one) => one.replaceAll('.', '[.]')).join('|')}"`;
  return ['namespace', 'exported_namespace'].map(
    (label) => `certmanager_certificate_expiration_timestamp_seconds{${name},${label}="${namespace}"}`,
  );
}

/**
 * Returns the query for the expiry of a certificate in an existing Secret, from x509-certificate-exporter. Neither the
 * engine nor the TLS sidecar has such a metric.
 */
function secretExpiry({ key, objectName }: KeySelector, namespace: string | undefined): string {
  const place = namespace === undefined ? '' : `secret_namespace="${namespace}",`;
  return `x509_cert_not_after{${place}secret_name="${objectName}",secret_key="${key}"}`;
}

/** Returns the start of the description, for certificates of one or both kinds. */
function subjectOf(hasIssued: boolean, hasExisting: boolean): string {
  const issued = 'cert-manager has not renewed the certificate {{ $labels.name }}';
  const existing = 'The Secret {{ $labels.secret_name }} still has the old certificate';
  if (hasIssued && hasExisting) {
    return `{{ if $labels.secret_name }}${existing}{{ else }}${issued}{{ end }}`;
  }
  return hasIssued ? issued : existing;
}
