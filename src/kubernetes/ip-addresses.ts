/** Whether only the pod itself reaches an address of the form HOST:PORT. */
export function isLoopback(address: string): boolean {
  return /^(127\.[0-9.]+|\[::1\]|localhost):[0-9]+$/.test(address);
}
