import type { Classifier, ClassifierService, Ops } from '../../../nodes/sdk/index.ts';
import { fingerprintFile } from '../files/fingerprint.ts';
import type { PathResolver } from '../files/paths.ts';
import type { SessionPool } from '../ort/session-pool.ts';
import type { TensorScope } from '../ort/tensor.ts';
import { classifierHash, classifierParts, type HostClassifier, readClassifier } from './classifier-file.ts';

/** Trains, writes and reads classifiers. Its heavy code is loaded when a node first uses it. */
export function createClassifierService(deps: {
  readonly pool: SessionPool;
  readonly scope: TensorScope;
  readonly ops: Pick<Ops, 'tensor'>;
  readonly paths: PathResolver;
}): ClassifierService {
  const { pool, scope, ops, paths } = deps;
  return {
    async logistic(job, options) {
      const { logisticRegression } = await import('./logistic.ts');
      const fit = await logisticRegression(pool, job, options);
      return { ...fit, weights: scope.track(fit.weights), bias: scope.track(fit.bias) };
    },

    identify: async (parts) => ({ ...parts, hash: classifierHash(await onHost(parts)) }),

    async encode(classifier, format) {
      const host = await onHost(classifier);
      if (format === 'safetensors') return Buffer.concat(classifierParts(host));
      const { classifierOnnx } = await import('./classifier-onnx.ts');
      return classifierOnnx(host);
    },

    async load(path) {
      const host = await readClassifier(await paths.resolve(path));
      return {
        ...host,
        weights: ops.tensor(host.weights),
        bias: ops.tensor(host.bias),
        hash: classifierHash(host),
      };
    },

    async fingerprint(path) {
      const file = await paths.resolve(path).catch(() => undefined);
      return file === undefined ? 'refused' : fingerprintFile(file);
    },
  };
}

async function onHost({ weights, bias, ...rest }: Omit<Classifier, 'hash'>): Promise<HostClassifier> {
  const [w, b] = await Promise.all([weights.toHost(), bias.toHost()]);
  return { ...rest, weights: w, bias: b };
}
