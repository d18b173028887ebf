import { describe, expect, it, vi } from 'vitest';
import { AppError } from './errors.ts';

describe('AppError', () => {
  it('is recognised across copies of this module in one process', async () => {
    vi.resetModules();
    const copy = await import('./errors.ts');
    expect(copy.AppError).not.toBe(AppError);
    expect(new copy.AppError('conflict') instanceof AppError).toBe(true);
    expect(new AppError('conflict') instanceof copy.AppError).toBe(true);
  });

  it('is not recognised in anything else', () => {
    expect(new Error('conflict') instanceof AppError).toBe(false);
    for (const value of [null, undefined, 'conflict', { code: 'conflict' }]) {
      expect((value as unknown) instanceof AppError).toBe(false);
    }
  });
});
