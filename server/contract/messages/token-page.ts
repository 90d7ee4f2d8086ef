import { defineMessages } from '../../../nodes/sdk/messages.ts';

/** Texts of the page on which a browser asks for the token. */
export const tokenPageMessage = defineMessages({
  'token-page.title': { en: 'Enter the token - Patchbay', zh: '输入令牌 - Patchbay' },
  'token-page.heading': { en: 'This server needs a token', zh: '这个服务器需要令牌' },
  'token-page.help': {
    en: 'The server printed an address with the token when it started. Ask the person who runs it if you do not have it. This browser keeps the token for 30 days.',
    zh: '服务器启动时显示了带有令牌的地址。如果您没有令牌，请询问运行它的人。此浏览器会将令牌保留 30 天。',
  },
  'token-page.label': { en: 'Token', zh: '令牌' },
  'token-page.open': { en: 'Open Patchbay', zh: '打开 Patchbay' },
  'token-page.missing': { en: 'Enter the token.', zh: '请输入令牌。' },
  'token-page.wrong': {
    en: 'This is not the token of this server. Check for missing or extra characters. Without a fixed token, the server makes a new one at each start.',
    zh: '这不是此服务器的令牌。请检查是否缺少或多出字符。如果没有固定的令牌，服务器每次启动都会生成新的令牌。',
  },
});
