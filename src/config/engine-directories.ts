/** The default state directory of the engine, which contains its cache (dagger/dagger cmd/engine/config.go@v0.21.7). */
export const STATE_DIRECTORY = '/var/lib/dagger';

/** The directory of the engine's configuration files. */
export const CONFIG_DIRECTORY = '/etc/dagger';
