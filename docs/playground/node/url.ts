export const pathToFileURL = (path: string): URL => new URL(path, 'file:///');
