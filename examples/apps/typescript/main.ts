import { App } from 'cdk8s';
import { EnginesChart, TeamChart } from './engines';

const app = new App();
const engines = new EnginesChart(app, 'engines', { version: 'v0.21.8', teams: ['team-a'] });
new TeamChart(app, 'team-a', engines.pool);
app.synth();
