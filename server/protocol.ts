// Old names for the client, until it takes its types from the contract.
export type { ErrorBody as ErrorMessage, Problem as ProblemMessage } from './contract/basics.ts';
export type {
  Asset as AssetMessage,
  Folder as FolderMessage,
  Health as HealthMessage,
  Uploaded as UploadedMessage,
  WorkflowEntry as WorkflowEntryMessage,
} from './contract/http.ts';
export type { ClientMessages, ServerMessages, WatchAnswer as WatchAck } from './contract/live.ts';
export {
  type Download as DownloadMessage,
  type ListedModel as ModelMessage,
  type ModelReport as ModelReportMessage,
  precisionSchema,
} from './contract/models.ts';
export {
  FINAL_STATES,
  type QueueState as QueueMessage,
  type RunDetail as RunDetailMessage,
  type RunEvent as RunEventMessage,
  type RunState,
  type RunSummary as RunMessage,
  type WatchedResult as RunResultsMessage,
} from './contract/run.ts';
