#!/bin/sh
# The entrypoint of the stand-in engine. It prepares cgroups like the engine's entrypoint, and runs the stand-in under
# tini.
set -e

# In cgroup v2, a group with processes can't enable controllers for its child groups, so this moves the processes to a
# child group.
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
