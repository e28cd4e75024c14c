/** The prefix of the labels and annotations that belong to this library. */
export const KEY_PREFIX = 'cdk8s-dagger.github.io/';
