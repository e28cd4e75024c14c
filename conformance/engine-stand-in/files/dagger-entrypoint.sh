#!/bin/sh
# The entrypoint of the stand-in engine: prepares the cgroups like the engine's, and runs buildkitd under tini.
set -e

# cgroup v2 allows child groups with controllers only in a group without processes, so the processes move into a child group.
root=/sys/fs/cgroup
if [ -e "$root/cgroup.controllers" ]; then
	mkdir -p "$root/init"
	while read -r process; do
		echo "$process" > "$root/init/cgroup.procs" || true
	done < "$root/cgroup.procs"
	for controller in $(cat "$root/cgroup.controllers"); do
		echo "+$controller" > "$root/cgroup.subtree_control"
	done
fi

exec tini -- dagger-engine --config /etc/dagger/engine.toml "$@"
