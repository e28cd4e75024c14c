export const tmpdir = (): string => '/tmp';
export const EOL = '\n';
