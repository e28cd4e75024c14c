import { APP_PROGRAMS } from './app';
import { ENGINE_JSON_PROGRAMS } from './engine-json';
import { ENGINE_TOML_PROGRAMS } from './engine-toml';
import { NETWORK_PROGRAMS } from './network';
import { POD_PROGRAMS } from './pod';
import type { WrongProgram } from './program';
import { STORAGE_PROGRAMS } from './storage';
import { VERSION_PROGRAMS } from './version';
import { WORKLOAD_PROGRAMS } from './workload';

/** Every wrong program, by what it is about. */
export const CATALOGUE: { readonly [area: string]: readonly WrongProgram[] } = {
  'The release': VERSION_PROGRAMS,
  'engine.json': ENGINE_JSON_PROGRAMS,
  'engine.toml': ENGINE_TOML_PROGRAMS,
  'The cache volume': STORAGE_PROGRAMS,
  'The pod': POD_PROGRAMS,
  'Ports, Services and addresses': NETWORK_PROGRAMS,
  'The workload': WORKLOAD_PROGRAMS,
  'Several objects in one app': APP_PROGRAMS,
};
