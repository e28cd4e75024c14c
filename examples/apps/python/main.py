from cdk8s import App
from engines import EnginesChart, TeamChart

app = App()
engines = EnginesChart(app, "engines", version="v0.21.8", teams=["team-a"])
TeamChart(app, "team-a", engines.pool)
app.synth()
