export { default as isDeepStrictEqual } from 'fast-deep-equal';
export const parseArgs = (): never => {
  throw new Error('the playground has no command line');
};
