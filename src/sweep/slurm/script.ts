import type { EngineChoice } from '../../core/engineNames.ts';

/** What each job is given. */
export interface JobOptions {
  readonly partition?: string | undefined;
  readonly account?: string | undefined;
  readonly qos?: string | undefined;
  /** Devices and features of the node that a job wants, as Slurm writes them: gpu:1, a100. */
  readonly gres?: string | undefined;
  readonly constraint?: string | undefined;
  /** As Slurm writes it: 4:00:00, 2-12:00. */
  readonly time?: string | undefined;
  /** As Slurm writes it: 4G, 500M. */
  readonly mem: string;
  readonly cpus: number;
  readonly engine: EngineChoice;
}

export interface ScriptParts {
  readonly jobName: string;
  /** Name of the array among those of the sweep; the list of its runs is `NAME.txt` beside the script. */
  readonly array: string;
  /** `0-3,7` */
  readonly indices: string;
  /** Of its elements, so many may run at a time; as many as Slurm starts unless given. */
  readonly limit?: number | undefined;
  readonly options: JobOptions;
  /** Absolute paths: the sweep's folder, the Node that trains, our program. */
  readonly folder: string;
  readonly node: string;
  readonly program: string;
}

/** A job that does not see the sweep's folder, or the program, ends with this code. */
const UNSEEN = 66;
/** Said before what a node does not see. */
export const unseenText = 'sft: this node does not see ';
/** How our program ends where something is wrong: it has said what. */
const PROBLEM = 1;
/** Said after that: of what was killed, nothing says it. */
export const failedText = 'sft: the run failed by an error of its own';
/** Seconds before the time limit at which a run saves a checkpoint and its job is put back into the queue. */
const WARNING_SECONDS = 120;

/** The same for a time limit as Slurm writes it: a quarter of a short one, so that something is trained before. */
export function warningSeconds(time: string | undefined): number {
  const limit = time === undefined ? undefined : limitSeconds(time);
  return limit === undefined ? WARNING_SECONDS : Math.min(WARNING_SECONDS, Math.floor(limit / 4));
}

/** Seconds of M, M:S, H:M:S, D-H, D-H:M or D-H:M:S. */
function limitSeconds(time: string): number | undefined {
  const parts = /^(?:(\d+)-)?(\d+)(?::(\d+))?(?::(\d+))?$/.exec(time);
  if (parts === null) return undefined;
  const [days, a, b = 0, c = 0] = parts
    .slice(1)
    .map((part) => (part === undefined ? undefined : Number(part)));
  const first = a ?? 0;
  if (days !== undefined) return 86_400 * days + 3600 * first + 60 * b + c;
  return parts[4] === undefined ? 60 * first + b : 3600 * first + 60 * b + c;
}

/**
 * The batch script of an array. Before its time is up, Slurm tells it so (USR1): then the run saves a checkpoint, and the job asks to be
 * put back into the queue. Pre-emption tells it by TERM, and Slurm puts it back itself.
 */
export function arrayScript(parts: ScriptParts): string {
  const { jobName, array, indices, limit, options, folder, node, program } = parts;
  const { partition, account, qos, gres, constraint, time, mem, cpus, engine } = options;
  const directives = [
    `--job-name=${jobName}`,
    `--comment=${array}`,
    `--array=${indices}${limit === undefined ? '' : `%${limit}`}`,
    `--output=${array}-%a.txt`,
    '--open-mode=append',
    '--requeue',
    `--signal=B:USR1@${warningSeconds(time)}`,
    '--ntasks=1',
    `--cpus-per-task=${cpus}`,
    `--mem=${mem}`,
    ...(partition === undefined ? [] : [`--partition=${partition}`]),
    ...(account === undefined ? [] : [`--account=${account}`]),
    ...(qos === undefined ? [] : [`--qos=${qos}`]),
    ...(gres === undefined ? [] : [`--gres=${gres}`]),
    ...(constraint === undefined ? [] : [`--constraint=${constraint}`]),
    ...(time === undefined ? [] : [`--time=${time}`]),
  ];
  return `#!/bin/bash
# Written by sft sweep --slurm: an element a run. Submit it from this folder.
${directives.map((directive) => `#SBATCH ${directive}`).join('\n')}

folder=${quoted(folder)}
node=${quoted(node)}
program=${quoted(program)}
for needed in "$folder/plan.json" "$node" "$program"; do
  if [ ! -r "$needed" ]; then
    echo "${unseenText}$needed"
    exit ${UNSEEN}
  fi
done
run=$(sed -n "$((SLURM_ARRAY_TASK_ID + 1))p" "$folder/slurm/${array}.txt")

# No other job works on this run, whatever one that was killed on another node has left.
resume=()
if [ -f "$folder/runs/$run/recipe.yaml" ]; then resume=(--resume --force); fi
# Before there is anything that could be told: a signal that comes first would end this script, and leave the run alone.
child=
late=
ended=
pass_on() { ended=yes; if [ -n "$child" ]; then kill -TERM "$child" 2>/dev/null; fi; }
trap 'late=yes; pass_on' USR1
trap pass_on TERM
"$node" "$program" train "$folder/recipes/$run.sft.yaml" --out "$folder/runs/$run" \\
  --engine ${engine} --threads ${cpus} --yes --no-queue "\${resume[@]}" &
child=$!
if [ -n "$ended" ]; then pass_on; fi
# A signal ends the waiting, and not the run.
while kill -0 "$child" 2>/dev/null; do wait "$child"; done
wait "$child"
code=$?
if [ -n "$late" ] && [ "$code" -ne 0 ]; then
  scontrol requeue "\${SLURM_ARRAY_JOB_ID}_\${SLURM_ARRAY_TASK_ID}"
fi
if [ "$code" -eq ${PROBLEM} ]; then echo "${failedText}"; fi
exit "$code"
`;
}

/** A text as the shell takes it whatever it holds. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
