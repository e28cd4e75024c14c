# The first process of a local node, in new mount, network and process namespaces. When it ends, all processes in them
# end too.
# Arguments: the folder of the node's files, the path of its cgroup, the size of its disk, and optionally a folder and the
# path at which the node sees it.
set -eu
directory=$1 cgroup=$2 size=$3

# Volumes need shared mounts. They are shared within this namespace only.
mount --make-rshared /

# The disk of the node is a sparse file, so that images, volumes and caches can't fill the machine's disk. A machine
# without loop devices has no limit.
mkdir "$directory/root"
truncate --size="$size" "$directory/disk"
mkfs.ext4 -q -m 0 "$directory/disk" && mount -o loop "$directory/disk" "$directory/root" || rm "$directory/disk"

# Replaces the folders that Kubernetes, containerd and hostPath volumes use, so that they don't write to the machine's.
for path in /var/lib /var/log /mnt /opt; do
  mkdir -p "$directory/root$path"
  mount --bind "$directory/root$path" "$path"
done
mount -t tmpfs -o mode=755,size=256m tmpfs /run
if [ $# -gt 3 ]; then
  mkdir -p "$5"
  mount --bind "$4" "$5"
fi

# The kubelet changes kernel settings. It gets copies, because the settings apply to the whole machine.
for setting in vm/overcommit_memory vm/panic_on_oom kernel/panic kernel/panic_on_oops kernel/keys/root_maxkeys kernel/keys/root_maxbytes; do
  mkdir -p "$directory/sys/${setting%/*}"
  cat "/proc/sys/$setting" > "$directory/sys/$setting"
  mount --bind "$directory/sys/$setting" "/proc/sys/$setting"
done

# runc reads the list of mounts, and must find each cgroup hierarchy exactly once.
umount --recursive --lazy /sys
mount -t sysfs sysfs /sys
mount -t tmpfs -o mode=755 tmpfs /sys/fs/cgroup
while IFS=: read -r _ controllers _; do
  [ -n "$controllers" ] || continue
  folder=/sys/fs/cgroup/${controllers#name=}
  case $controllers in name=*) controllers=none,$controllers ;; esac
  mkdir "$folder"
  mount -t cgroup -o "$controllers" cgroup "$folder"
  mkdir -p "$folder/$cgroup"
done < /proc/self/cgroup
for file in cpuset.cpus cpuset.mems; do
  cat "/sys/fs/cgroup/cpuset/$file" > "/sys/fs/cgroup/cpuset/$cgroup/$file"
done

ip link set lo up
echo 1 > /proc/sys/net/ipv4/ip_forward

touch "$directory/ready"
exec sleep infinity
