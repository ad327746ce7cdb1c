// Owns a run folder until its input ends, and does not give it back by itself: node run-folder-owning.ts FOLDER.
import { claimRun } from '../../src/runs/owner.ts';

await claimRun(process.argv[2]);
process.stdout.write('owned\n');
process.stdin.resume();
