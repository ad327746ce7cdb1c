import { env } from 'onnxruntime-node';

/** Version of ONNX Runtime: results are the same bits only within one. */
export const engineVersion: string = env.versions.node ?? env.versions.common;
