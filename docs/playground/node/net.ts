import ipRegex from 'ip-regex';

const V4 = ipRegex.v4({ exact: true });
const V6 = ipRegex.v6({ exact: true });

export const isIPv4 = (text: string): boolean => V4.test(text);
export const isIPv6 = (text: string): boolean => V6.test(text);
export const isIP = (text: string): 0 | 4 | 6 => (isIPv4(text) ? 4 : isIPv6(text) ? 6 : 0);
