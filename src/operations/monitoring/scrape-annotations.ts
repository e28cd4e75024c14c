/** Returns the annotations of pods that a Prometheus with the usual configuration scrapes. */
export function scrapeAnnotations(port: number): { readonly [key: string]: string } {
  return { 'prometheus.io/scrape': 'true', 'prometheus.io/port': String(port) };
}
