import * as fc from 'fast-check';

/** The same programs in each run, so that a failure is the same everywhere; `FC_SEED=$RANDOM` tries others. */
fc.configureGlobal({ seed: Number(process.env.FC_SEED ?? 20241122) });
