import { type CheckedRecipe, type Diagnostic, readRecipe } from '../check.ts';
import { finding } from '../finding.ts';
import { maxRecipeLength } from '../yamlTree.ts';

/** What may be checked at every key that is pressed. */
const maxLiveLength = 32 * 1024;
const maxLiveMarks = 2500;

/**
 * Checks a text while it is typed, like `readRecipe`. A text that would take longer than a moment gets one finding
 * instead that says so; it is checked when it is trained.
 */
export function readLive(text: string, file: string): CheckedRecipe {
  if (text.length > maxRecipeLength || !isLong(text)) return readRecipe(text, file);
  const start = { line: 1, column: 1 };
  const diagnose: CheckedRecipe['diagnose'] = ({ code, problem, path }) => ({
    code,
    problem,
    path,
    start,
    end: start,
  });
  const { length } = text;
  const diagnostics = [diagnose(finding('recipe-long', { characters: length }, []))];
  return { written: undefined, value: undefined, diagnostics, diagnose };
}

/** Whether a problem is a remark that keeps nobody from training. */
export function isRemark({ code }: Diagnostic): boolean {
  return code === 'recipe-long';
}

/** Every value that the YAML parser builds has one of these marks beside it. */
function isLong(text: string): boolean {
  if (text.length > maxLiveLength) return true;
  let marks = 0;
  for (let at = 0; at < text.length; at++) {
    if (',:-[{#\n"\''.includes(text[at]) && ++marks > maxLiveMarks) return true;
  }
  return false;
}
