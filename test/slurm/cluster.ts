import { execFileSync, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { hostname, userInfo } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { isAlive } from '../../src/runs/processStart.ts';

/** A Slurm of one node, in a folder of its own and on loopback ports alone. */
export interface Cluster {
  /** Variables with which Slurm's programs find it. */
  readonly env: NodeJS.ProcessEnv;
  /** Runs one of Slurm's programs, and gives what it prints. */
  ask(program: string, ...args: readonly string[]): string;
  /** Ends the controller; jobs go on. */
  stopController(): Promise<void>;
  startController(): Promise<void>;
  /** Ends the node's daemon, and starts it in a place where a folder is hidden. */
  hideFromNode(folder: string): Promise<void>;
  stop(): Promise<void>;
}

const packages = ['slurmctld', 'slurmd', 'slurm-client', 'munge'];
const programs = ['slurmctld', 'slurmd', 'munged', 'sbatch', 'squeue', 'scontrol'];

/**
 * Why no Slurm can be started here; undefined where one can. On Debian and its like, as root, its packages are installed unless
 * `install` is false.
 */
export function slurmMissing(install = true): string | undefined {
  if (process.platform !== 'linux') return 'Slurm is for Linux';
  if (userInfo().uid !== 0) return 'starting Slurm needs root';
  if (programs.every(isThere)) return undefined;
  if (!install || !isThere('apt-get')) return 'Slurm is not installed, and apt-get is not there';
  try {
    execFileSync('apt-get', ['install', '--yes', '--no-install-recommends', ...packages], {
      stdio: 'ignore',
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
      timeout: 180_000,
    });
  } catch {
    return `apt-get could not install ${packages.join(', ')}`;
  }
  return programs.every(isThere) ? undefined : 'the packages lack programs of Slurm';
}

/** Starts it; takes about three seconds. */
export async function startCluster(folder: string): Promise<Cluster> {
  const path = (...names: readonly string[]) => join(folder, ...names);
  for (const name of ['log', 'state', 'spool']) mkdirSync(path(name), { recursive: true });
  chmodSync(folder, 0o755);
  writeFileSync(path('munge.key'), randomBytes(1024), { mode: 0o400 });
  const [ctldPort, slurmdPort] = [await freePort(), await freePort()];
  writeFileSync(path('slurm.conf'), configuration(folder, ctldPort, slurmdPort));
  const env = { ...process.env, SLURM_CONF: path('slurm.conf') };
  const pidOf = (name: string): number | undefined => {
    const file = path(`${name}.pid`);
    return existsSync(file) ? Number(readFileSync(file, 'utf8')) : undefined;
  };
  const end = async (name: string, signal: NodeJS.Signals): Promise<void> => {
    const pid = pidOf(name);
    if (pid === undefined || !isAlive(pid)) return;
    process.kill(pid, signal);
    await until(`${name} has ended`, () => !isAlive(pid));
  };
  const start = (program: string, ...args: readonly string[]): void => {
    execFileSync(program, args, { env, stdio: 'ignore' });
  };
  const ask = (program: string, ...args: readonly string[]): string =>
    execFileSync(program, args, { env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  const answers = () =>
    until('the node is up', () => /idle|mix|alloc|drain/.test(tryTo(() => ask('sinfo', '-h', '-o', '%T'))));
  start(
    'munged',
    '--force',
    `--key-file=${path('munge.key')}`,
    `--socket=${path('munge.sock')}`,
    `--pid-file=${path('munged.pid')}`,
    `--log-file=${path('log', 'munged.log')}`,
    `--seed-file=${path('munge.seed')}`,
  );
  start('slurmctld', '-i');
  start('slurmd');
  await answers();
  return {
    env,
    ask,
    stopController: () => end('slurmctld', 'SIGTERM'),
    async startController() {
      start('slurmctld');
      await answers();
    },
    async hideFromNode(hidden) {
      await end('slurmd', 'SIGTERM');
      const command = `mount -t tmpfs none '${hidden}' && exec slurmd -D`;
      const child = spawn('unshare', ['--mount', 'sh', '-c', command], { env, stdio: 'ignore' });
      await until('the node is up', () => child.exitCode !== null || pidOf('slurmd') !== undefined);
      if (child.exitCode !== null) throw new Error('A folder cannot be hidden here.');
      await answers();
    },
    async stop() {
      for (const name of ['slurmd', 'slurmctld', 'munged']) await end(name, 'SIGTERM');
    },
  };
}

function configuration(folder: string, ctldPort: number, slurmdPort: number): string {
  const host = hostname().split('.')[0];
  const path = (...names: readonly string[]) => join(folder, ...names);
  return `ClusterName=test
SlurmctldHost=${host}(127.0.0.1)
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
AuthInfo=socket=${path('munge.sock')}
StateSaveLocation=${path('state')}
SlurmdSpoolDir=${path('spool')}
SlurmctldPidFile=${path('slurmctld.pid')}
SlurmdPidFile=${path('slurmd.pid')}
SlurmctldLogFile=${path('log', 'slurmctld.log')}
SlurmdLogFile=${path('log', 'slurmd.log')}
SlurmctldPort=${ctldPort}
SlurmdPort=${slurmdPort}
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
JobCompType=jobcomp/filetxt
JobCompLoc=${path('log', 'jobcomp.txt')}
SchedulerType=sched/builtin
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
ReturnToService=2
KillWait=5
MinJobAge=600
NodeName=${host} NodeAddr=127.0.0.1 CPUs=2 RealMemory=2000 State=UNKNOWN
PartitionName=main Nodes=${host} Default=YES MaxTime=INFINITE State=UP
`;
}

function isThere(program: string): boolean {
  const folders = [...(process.env.PATH ?? '').split(':'), '/usr/sbin', '/sbin'];
  return folders.some((folder) => existsSync(join(folder, program)));
}

function tryTo(look: () => string): string {
  try {
    return look();
  } catch {
    return '';
  }
}

async function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}

async function until(what: string, look: () => boolean): Promise<void> {
  for (const late = Date.now() + 60_000; Date.now() < late; await wait(50)) if (look()) return;
  throw new Error(`It did not come to this: ${what}.`);
}
