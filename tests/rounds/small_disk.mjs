// A file system of its own for one folder, small enough to be filled up in a moment.
import { spawnSync } from 'node:child_process';
import { closeSync, ftruncateSync, mkdirSync, openSync, rmSync, statfsSync, writeSync } from 'node:fs';
import { join } from 'node:path';

// For the box's database, its log and its ballast, with room to spare.
const SIZE_MIB = 64;
// What the records of one round take at most, with a margin: attempts, answers, submissions, the outbox.
const ROUND_MIB = 1;
const MIB = 1024 * 1024;
const PIECES = [MIB, 65_536, 4_096, 512, 1];

function ran(program, ...args) {
  const { status, stderr, error } = spawnSync(program, args, { encoding: 'utf8' });
  return status === 0 ? { good: true } : { good: false, said: (stderr ?? error?.message ?? '').trim() };
}

/// Why this machine lets nobody mount, or null. To be asked in a mount namespace of one's own: nothing is left behind then.
export function why_no_mounts() {
  if (process.getuid() !== 0) return 'mounting a file system needs root';
  const { good, said } = ran('unshare', '--mount', '--propagation', 'private', 'true');
  return good ? null : `no mount namespace here: ${said}`;
}

export class SmallDisk {
  #folder;

  /// On ext4 in a file where the machine has loop devices, else in memory. Goes with the mount namespace.
  static mount({ folder, image, rounds }) {
    const disk = new SmallDisk();
    disk.#folder = folder;
    const size = (SIZE_MIB + ROUND_MIB * rounds) * MIB;
    mkdirSync(folder, { recursive: true });
    const file = openSync(image, 'w');
    ftruncateSync(file, size);
    closeSync(file);
    const looped = ran('mkfs.ext4', '-q', '-m', '0', image);
    if (looped.good) Object.assign(looped, ran('mount', '-o', 'loop', image, folder));
    disk.kind = 'ext4 on a loop device';
    if (!looped.good) {
      rmSync(image);
      const memory = ran('mount', '-t', 'tmpfs', '-o', `size=${size},mode=755`, 'tmpfs', folder);
      if (!memory.good) throw new Error(`${folder}: neither a loop device (${looped.said}) nor a tmpfs (${memory.said})`);
      disk.kind = 'in memory (no loop device)';
    }
    return disk;
  }

  get free_bytes() {
    const { bavail, bsize } = statfsSync(this.#folder);
    return bavail * bsize;
  }

  /// Takes what is free but for `spare_bytes`. May be called again: what was set free meanwhile goes too.
  fill(spare_bytes = 0) {
    const file = openSync(this.#filler, 'a');
    let left = Math.max(0, this.free_bytes - spare_bytes);
    try {
      for (const piece of PIECES) {
        const zeros = Buffer.alloc(piece);
        try {
          for (; left >= piece; left -= piece) writeSync(file, zeros);
        } catch (error) {
          if (error.code !== 'ENOSPC') throw error;
        }
      }
    } finally {
      closeSync(file);
    }
  }

  free() {
    rmSync(this.#filler, { force: true });
  }

  unmount() {
    const { good, said } = ran('umount', this.#folder);
    if (!good) throw new Error(said);
  }

  get #filler() {
    return join(this.#folder, 'somebody-elses-file');
  }
}
