/** What a recipe, and so a run and an SFT file, may be called. */
export const recipeNamePattern = /^[\p{L}\p{M}\p{N}_]([\p{L}\p{M}\p{N}_. +-]*[\p{L}\p{M}\p{N}_+-])?$/u;
