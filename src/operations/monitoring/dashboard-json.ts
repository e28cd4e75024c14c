/** A panel with Prometheus queries. */
export interface Panel {
  /** The type of the panel, by default `timeseries`. */
  readonly type?: 'stat' | 'timeseries';
  readonly title: string;
  readonly description: string;
  /** The unit in Grafana's notation, by default a plain number. */
  readonly unit?: string;
  readonly queries: ReadonlyArray<{ readonly expr: string; readonly legend?: string }>;
}

/** A dashboard, before it is rendered for Grafana. */
export interface Dashboard {
  readonly uid: string;
  readonly title: string;
  /** The selector of a metric. The values of its label `pod` are the choices for the variable `pod`. */
  readonly pods: string;
  readonly rows: ReadonlyArray<{ readonly title: string; readonly panels: readonly Panel[] }>;
}

/** The schema version of the dashboard. Grafana 11 and later read this version, and convert it if necessary. */
const SCHEMA_VERSION = 39;

const DATASOURCE = { type: 'prometheus', uid: '${datasource}' };

/** The width of a dashboard in Grafana's grid. */
const WIDTH = 24;

interface GridPosition {
  readonly x: number;
  readonly y: number;
  readonly w: number;
  readonly h: number;
}

/** Renders a dashboard in Grafana's JSON model. */
export function dashboardJson({ pods, rows, title, uid }: Dashboard): object {
  return {
    uid,
    title,
    tags: ['dagger'],
    schemaVersion: SCHEMA_VERSION,
    editable: true,
    timezone: 'browser',
    time: { from: 'now-6h', to: 'now' },
    refresh: '1m',
    annotations: { list: [] },
    templating: { list: [datasourceVariable(), podVariable(pods)] },
    panels: layOut(rows),
  };
}

function datasourceVariable(): object {
  return { name: 'datasource', label: 'Data source', type: 'datasource', query: 'prometheus' };
}

function podVariable(pods: string): object {
  const query = `label_values(${pods}, pod)`;
  return {
    name: 'pod',
    label: 'Pod',
    type: 'query',
    datasource: DATASOURCE,
    query: { query, refId: 'pods' },
    definition: query,
    // Refreshes when the time range changes, because pods come and go.
    refresh: 2,
    sort: 7,
    multi: true,
    includeAll: true,
    current: { selected: true, text: ['All'], value: ['$__all'] },
  };
}

function layOut(rows: Dashboard['rows']): object[] {
  const panels: object[] = [];
  let y = 0;
  for (const row of rows) {
    panels.push({
      id: panels.length + 1,
      type: 'row',
      title: row.title,
      collapsed: false,
      gridPos: { x: 0, y, w: WIDTH, h: 1 },
      panels: [],
    });
    y += 1;
    let x = 0;
    let height = 0;
    for (const panel of row.panels) {
      const [w, h] = panel.type === 'stat' ? [4, 4] : [8, 8];
      if (x + w > WIDTH) {
        x = 0;
        y += height;
      }
      panels.push(render(panel, panels.length + 1, { x, y, w, h }));
      x += w;
      height = h;
    }
    y += height;
  }
  return panels;
}

function render(
  { description, queries, title, type = 'timeseries', unit = 'short' }: Panel,
  id: number,
  gridPos: GridPosition,
): object {
  return {
    id,
    type,
    title,
    description,
    gridPos,
    datasource: DATASOURCE,
    fieldConfig: { defaults: { unit, min: 0 }, overrides: [] },
    options:
      type === 'stat'
        ? {
            reduceOptions: { calcs: ['lastNotNull'], fields: '', values: false },
            colorMode: 'none',
            graphMode: 'none',
            justifyMode: 'auto',
            orientation: 'auto',
            percentChangeColorMode: 'standard',
            showPercentChange: false,
            textMode: 'auto',
            wideLayout: true,
          }
        : {
            legend: { calcs: [], displayMode: 'list', placement: 'bottom', showLegend: true },
            tooltip: { mode: 'multi', sort: 'desc' },
          },
    targets: queries.map(({ expr, legend }, index) => ({
      refId: String.fromCharCode('A'.charCodeAt(0) + index),
      datasource: DATASOURCE,
      expr,
      ...(legend !== undefined && { legendFormat: legend }),
      ...(type === 'stat' && { instant: true, range: false }),
    })),
  };
}
