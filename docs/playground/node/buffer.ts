/** All input of the playground is text. */
export const isUtf8 = (): boolean => true;
