/** The name of the engine's port. The prefix `tcp-` keeps service meshes from parsing the traffic as HTTP. */
export const ENGINE_PORT_NAME = 'tcp-engine';

/** The name of the metrics port. It serves HTTP. */
export const METRICS_PORT_NAME = 'http-metrics';
