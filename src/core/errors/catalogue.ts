import { cliErrors } from './cli.ts';
import { dataErrors } from './data.ts';
import { engineErrors } from './engine.ts';
import { modelErrors } from './model.ts';
import { pytorchErrors } from './pytorch.ts';
import { recipeErrors } from './recipe.ts';
import { runErrors } from './run.ts';
import { sftErrors } from './sft.ts';
import { trainingErrors } from './training.ts';
import { windowErrors } from './window.ts';

/** Every error that a user can meet, by code. An area's entries stand in the file of that name. */
export const catalogue = {
  ...cliErrors,
  ...dataErrors,
  ...engineErrors,
  ...modelErrors,
  ...pytorchErrors,
  ...recipeErrors,
  ...runErrors,
  ...sftErrors,
  ...trainingErrors,
  ...windowErrors,
};
