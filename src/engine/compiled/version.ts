import manifest from '../../../package.json' with { type: 'json' };

/** Version of ONNX Runtime: results are the same bits only within one. */
export const engineVersion: string = manifest.dependencies['onnxruntime-node'];

/** Of ONNX Runtime in WebAssembly. */
export const webVersion: string = manifest.dependencies['onnxruntime-web'];
