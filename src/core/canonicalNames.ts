/** Prefixes of the encoder in a Hugging Face model with a head, by model type. */
export const encoderPrefixes = { bert: 'bert.', 'xlm-roberta': 'roberta.' } as const;

const encoderParts = ['embeddings.', 'encoder.', 'pooler.'];
const oldLayerNorm = /\b(LayerNorm|layer_norm)\.(gamma|beta)$/;

/**
 * An encoder parameter's name without the model's prefix, and with the layer norms' old names gamma and beta as
 * weight and bias: `bert.embeddings.LayerNorm.gamma` -> `embeddings.LayerNorm.weight`. Undefined for what is
 * not of the encoder (a head). The pooler counts as encoder here.
 */
export function encoderName(name: string): string | undefined {
  const modern = modernName(name);
  const prefix = Object.values(encoderPrefixes).find((p) => modern.startsWith(p)) ?? '';
  const bare = modern.slice(prefix.length);
  return encoderParts.some((part) => bare.startsWith(part)) ? bare : undefined;
}

/** The layer norms' old names gamma and beta as weight and bias; other names as they are. */
export function modernName(name: string): string {
  return name.replace(oldLayerNorm, (_, norm: string, old: string) => {
    return `${norm}.${old === 'gamma' ? 'weight' : 'bias'}`;
  });
}

/** Whether a parameter belongs to a head for masked-language modelling, which a task's model does not use. */
export function isMlmHead(name: string): boolean {
  return name.startsWith('cls.') || name.startsWith('lm_head.');
}
