/** The name of the engine's port. The prefix `tcp-` keeps service meshes from parsing the traffic as HTTP. */
export const ENGINE_PORT_NAME = 'tcp-engine';

/** The name of the metrics port. It serves HTTP. */
export const METRICS_PORT_NAME = 'http-metrics';

/** The name of the port with the status and the metrics of the TLS sidecar. It serves HTTPS. */
export const STATUS_PORT_NAME = 'https-status';
