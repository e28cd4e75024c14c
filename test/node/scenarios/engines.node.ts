import { onEngines } from '../engines';
import { cachedSteps } from './cached-steps';
import { layers } from './layers';
import { sidecar } from './sidecar';
import { stopping } from './stopping';
import { tls } from './tls';
import { topologies } from './topologies';

// One cluster for all of them, because its start takes longer than most of them.
onEngines((suite) => {
  describe('a topology', () => topologies(suite));
  describe('a client', () => tls(suite));
  describe('a build', () => layers(suite));
  describe('a cached step', () => cachedSteps(suite));
  describe('a stop during a build', () => stopping(suite));
  describe('a job', () => sidecar(suite));
});
