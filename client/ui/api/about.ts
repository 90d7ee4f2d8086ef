import { call } from './http.ts';

export const getDevices = () => call('listDevices');
export const getHealth = () => call('getHealth');
