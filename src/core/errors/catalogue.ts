import { cliErrors } from './cli.ts';
import { composeErrors } from './compose.ts';
import { dataErrors } from './data.ts';
import { engineErrors } from './engine.ts';
import { hubErrors } from './hub.ts';
import { modelErrors } from './model.ts';
import { notebookErrors } from './notebook.ts';
import { pytorchErrors } from './pytorch.ts';
import { recipeErrors } from './recipe.ts';
import { runErrors } from './run.ts';
import { sftErrors } from './sft.ts';
import { sweepErrors } from './sweep.ts';
import { trainingErrors } from './training.ts';
import { windowErrors } from './window.ts';

/** Every error that a user can meet, by code. An area's entries stand in the file of that name. */
export const catalogue = {
  ...cliErrors,
  ...composeErrors,
  ...dataErrors,
  ...engineErrors,
  ...hubErrors,
  ...modelErrors,
  ...notebookErrors,
  ...pytorchErrors,
  ...recipeErrors,
  ...runErrors,
  ...sftErrors,
  ...sweepErrors,
  ...trainingErrors,
  ...windowErrors,
};
