# A machine in namespaces of its own: this machine's files with whatever is written over them thrown away at the end,
# Millrace installed, and systemd as its first process. Run by machine.mjs, as root.
#   machine.sh FOLDER BUILD     lists its control groups in FOLDER/cgroups, to be removed when it is off
set -eu
folder=$1
build=$2
root=$folder/root

if [ "${3:-}" != inside ]; then
  while IFS=: read -r number controllers path; do
    case $number:$controllers in
      0:) if [ -e /sys/fs/cgroup/cgroup.controllers ]; then base=/sys/fs/cgroup; else base=/sys/fs/cgroup/unified; fi ;;
      *:name=systemd) base=/sys/fs/cgroup/systemd ;;
      *) continue ;;
    esac
    [ -d "$base$path" ] || continue
    group=${base}${path%/}/$(basename "$folder")
    mkdir "$group"
    echo "$group" >> "$folder/cgroups"
    echo $$ > "$group/cgroup.procs"
  done < /proc/self/cgroup
  exec unshare --mount --pid --fork --uts --ipc --net --cgroup --propagation private --kill-child \
    bash "$0" "$folder" "$build" inside
fi

# Written files go to memory, also on a machine whose own root cannot carry an overlay.
mkdir "$folder/layer" "$root"
mount -t tmpfs tmpfs "$folder/layer"
mkdir "$folder/layer/upper" "$folder/layer/work"
DESTDIR=$folder/layer/upper cmake --install "$build" --prefix /usr > "$folder/install.log"
mount -t overlay overlay -o "lowerdir=/,upperdir=$folder/layer/upper,workdir=$folder/layer/work" "$root"

mount -t proc proc "$root/proc"
# What is set here would hold for the whole machine.
mount --bind "$root/proc/sys" "$root/proc/sys"
mount -o remount,bind,ro "$root/proc/sys"
mount -t sysfs -o ro sysfs "$root/sys"
if [ -e /sys/fs/cgroup/cgroup.controllers ]; then
  mount -t cgroup2 cgroup2 "$root/sys/fs/cgroup"
else
  mount -t tmpfs tmpfs "$root/sys/fs/cgroup"
  mkdir "$root/sys/fs/cgroup/systemd" "$root/sys/fs/cgroup/unified"
  mount -t cgroup2 cgroup2 "$root/sys/fs/cgroup/unified"
  mount -t cgroup -o none,name=systemd cgroup "$root/sys/fs/cgroup/systemd"
fi
for each in run tmp dev; do mount -t tmpfs -o mode=755 tmpfs "$root/$each"; done
chmod 1777 "$root/tmp"
for each in null zero full random urandom tty; do
  touch "$root/dev/$each"
  mount --bind "/dev/$each" "$root/dev/$each"
done
mkdir "$root/dev/pts" "$root/dev/shm" "$root/dev/mqueue"
mount -t devpts -o newinstance,ptmxmode=0666 devpts "$root/dev/pts"
mount -t tmpfs tmpfs "$root/dev/shm"
ln -s pts/ptmx "$root/dev/ptmx"
ln -s /proc/self/fd "$root/dev/fd"
touch "$folder/console" "$root/dev/console"
mount --bind "$folder/console" "$root/dev/console"

# Nothing of this machine starts: only what every system needs, and what the test asks for.
units=$root/etc/systemd/system
rm -rf "$units"
mkdir "$units"
printf '[Unit]\nRequires=basic.target\nAfter=basic.target\n' > "$units/test.target"
for each in systemd-udevd systemd-udev-trigger systemd-modules-load systemd-sysctl kmod-static-nodes systemd-remount-fs \
  systemd-random-seed systemd-binfmt systemd-firstboot systemd-timesyncd systemd-resolved systemd-networkd; do
  ln -s /dev/null "$units/$each.service"
done
: > "$root/etc/fstab"
# As on a machine that never ran Millrace.
rm -rf "$root/etc/millrace" "$root/etc/credstore" "$root"/var/lib/millrace-* "$root"/etc/mosquitto/conf.d/millrace*

cd "$root"
pivot_root . mnt
umount -l /mnt
mount --make-rshared /
exec chroot . /usr/bin/env -i container=test PATH=/usr/sbin:/usr/bin:/sbin:/bin \
  /lib/systemd/systemd --system --unit=test.target --log-target=console
