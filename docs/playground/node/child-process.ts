// Programs of cdk8s that start processes, such as Helm charts, fail in a browser.
function notInBrowser(): never {
  throw new Error("the playground can't start programs, such as helm; run this program with Node.js");
}

export const execFileSync = notInBrowser;
export const spawnSync = notInBrowser;
