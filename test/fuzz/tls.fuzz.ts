import * as fc from 'fast-check';
import { violations } from '../invariants/invariants';
import { objects, settings } from '../invariants/tls-programs';
import { tlsViolations } from '../invariants/tls-violations';

test('generated programs with TLS break no rule', () => {
  jest.spyOn(console, 'warn').mockImplementation();
  fc.assert(
    fc.property(settings, (setting) => {
      const all = objects(setting);
      const isExternal = (reference: string): boolean => /^(Secret|ConfigMap)\/ext-/.test(reference);
      expect(tlsViolations(all)).toEqual([]);
      expect(
        violations({ objects: all, isExternal, isUserVolume: () => false, asksForToken: false, asksForLimits: true }),
      ).toEqual([]);
    }),
    { numRuns: 300 },
  );
});
