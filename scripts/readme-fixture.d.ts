// Constants that code blocks in Markdown pages can use without a declaration.
declare const app: import('cdk8s').App;
declare const chart: import('cdk8s').Chart;
declare const engine: import('cdk8s-dagger').EngineDaemonSet;
declare const pool: import('cdk8s-dagger').EngineStatefulSet;
declare const releaseEngines: import('cdk8s-dagger').EngineStatefulSet[];
