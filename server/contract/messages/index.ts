import type { Template } from '../../../nodes/sdk/messages.ts';
import { WORKFLOW_TEMPLATES } from '../../../workflows/messages.ts';
import { adapterMessage } from './adapters.ts';
import { cacheMessage } from './cache.ts';
import { classifierMessage } from './classifiers.ts';
import { collectionMessage } from './collections.ts';
import { contentMessage } from './contents.ts';
import { deviceMessage } from './devices.ts';
import { doctorMessage } from './doctor.ts';
import { encoderMessage } from './encoders.ts';
import { exportMessage } from './export.ts';
import { fileMessage } from './files.ts';
import { hubMessage } from './hub.ts';
import { imageMessage } from './images.ts';
import { labelMessage } from './labels.ts';
import { checkMessage, modelMessage } from './models.ts';
import { nodeFileMessage } from './node-files.ts';
import { onnxMessage } from './onnx.ts';
import { paramMessage } from './params.ts';
import { preprocessMessage } from './preprocess.ts';
import { requestMessage } from './requests.ts';
import { resultMessage } from './results.ts';
import { runnerMessage } from './runner.ts';
import { runMessage } from './runs.ts';
import { sessionMessage } from './sessions.ts';
import { sharingMessage } from './sharing.ts';
import { storageMessage } from './storage.ts';
import { systemMessage } from './system.ts';
import { tensorMessage } from './tensors.ts';
import { tokenPageMessage } from './token-page.ts';
import { trainingMessage } from './training.ts';
import { trashMessage } from './trash.ts';
import { uploadMessage } from './uploads.ts';
import { usageMessage } from './usage.ts';
import { wiringMessage } from './wiring.ts';

/** All messages of the server and of workflow files by code. A missing Chinese text is a compiler error. */
export const MESSAGES = {
  ...cacheMessage.templates,
  ...collectionMessage.templates,
  ...contentMessage.templates,
  ...deviceMessage.templates,
  ...doctorMessage.templates,
  ...exportMessage.templates,
  ...fileMessage.templates,
  ...hubMessage.templates,
  ...imageMessage.templates,
  ...paramMessage.templates,
  ...preprocessMessage.templates,
  ...resultMessage.templates,
  ...runMessage.templates,
  ...runnerMessage.templates,
  ...nodeFileMessage.templates,
  ...usageMessage.templates,
  ...adapterMessage.templates,
  ...classifierMessage.templates,
  ...checkMessage.templates,
  ...encoderMessage.templates,
  ...modelMessage.templates,
  ...onnxMessage.templates,
  ...sessionMessage.templates,
  ...sharingMessage.templates,
  ...tensorMessage.templates,
  ...trainingMessage.templates,
  ...wiringMessage.templates,
  ...labelMessage.templates,
  ...requestMessage.templates,
  ...storageMessage.templates,
  ...tokenPageMessage.templates,
  ...systemMessage.templates,
  ...trashMessage.templates,
  ...uploadMessage.templates,
  ...WORKFLOW_TEMPLATES,
} satisfies Readonly<Record<string, Required<Template>>>;
