import { didYouMean, type Message, nearestName } from '../../nodes/sdk/index.ts';
import { labelMessage } from './messages/labels.ts';

/** A label set that is not there: the name that was probably meant, and what to do. @param names those that are there */
export const setNotFound = (name: string, names: Iterable<string>): Message =>
  labelMessage('labels.not-found', { name: name.slice(0, 80), hint: didYouMean(nearestName(name, names)) });
