import { expect, test } from 'vitest';
import { refusal } from './request-guard.ts';

const HOST = 'ideas.example';

const refused = (origin: string, publicUrl: string) => {
  const headers = { origin, host: HOST, 'content-type': 'application/json', 'content-length': '2' };
  return refusal(new Request(publicUrl, { method: 'POST', headers, body: '{}' }), publicUrl)?.reason;
};

test('a page over plain HTTP cannot send requests to a server over HTTPS', () => {
  expect(refused(`http://${HOST}`, `https://${HOST}`)).toBe('foreign origin');
  expect(refused(`https://${HOST}`, `https://${HOST}`)).toBeUndefined();
});

test('a page under another allowed host can send requests, over HTTPS also when the public address is plain HTTP', () => {
  expect(refused(`https://${HOST}`, 'https://public.example')).toBeUndefined();
  expect(refused(`http://${HOST}`, 'http://localhost:3000')).toBeUndefined();
  expect(refused(`https://${HOST}`, 'http://localhost:3000')).toBeUndefined();
});
