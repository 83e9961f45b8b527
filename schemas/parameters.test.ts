import { describe, expect, it } from 'vitest';
import { MAX_VALUES, numbers } from './parameters.ts';

const parameter = numbers({ min: 0, max: 10 }, 'a test');
const problem = (text: string) => parameter.safeParse(text).error?.issues[0]?.message;

describe('numbers', () => {
  it('takes 0 and the smallest size, and refuses what lies between', () => {
    const sized = numbers({ min: -1, max: 1, smallest: 1e-12 }, 'a test');
    const read = (text: string) => sized.safeParse(text).data;
    expect([read('0'), read('1e-12'), read('-1e-12')]).toEqual([[0], [1e-12], [-1e-12]]);
    for (const text of ['9.9e-13', '-9.9e-13'])
      expect(sized.safeParse(text).error?.issues[0]?.message).toContain('at least 1e-12');
    expect(parameter.safeParse('1e-15').data).toEqual([1e-15]);
    expect(problem('9e-16')).toContain('too small');
  });

  it('says what a list may have meant where the decimal sign is a comma', () => {
    const drop = numbers({ min: 0, max: 0.999 }, 'a test');
    const wrong = (text: string) => drop.safeParse(text).error?.issues[0]?.message ?? '';
    expect(wrong('0,1')).toMatch(
      /out of range.* If 0,1 is a decimal fraction, write it with a point: 0\.1\.$/,
    );
    for (const text of ['0.1,2', '1,2,3', '2']) expect(wrong(text)).not.toContain('decimal');
  });

  it.each([
    ['1', [1]],
    ['1,1.5,2', [1, 1.5, 2]],
    ['1..4/4', [1, 2, 3, 4]],
    ['4..1/4', [4, 3, 2, 1]],
    ['0..10/2', [0, 10]],
    ['1,2..3/3,9', [1, 2, 2.5, 3, 9]],
    ['1e-3', [0.001]],
    ['.5', [0.5]],
    ['+2', [2]],
    ['-0', [-0]],
  ])('reads %s', (text, values) => {
    expect(parameter.parse(text)).toEqual(values);
  });

  it('gives both ends of a range exactly', () => {
    const values = parameter.parse('0.1..0.7/4');
    expect(values).toHaveLength(4);
    expect(values[0]).toBe(0.1);
    expect(values[3]).toBe(0.7);
  });

  it.each([
    'nan',
    'NaN',
    'Infinity',
    '',
    ' ',
    '1 ',
    '0x10',
    '1e',
    '--1',
    '1,,2',
    'one',
    '1_000',
    '١',
  ])('refuses %j as no number', (text) => {
    expect(problem(text)).toContain('is not a number');
  });

  it.each(['11', '-1', '1e400', '-1e400', '1,11', '1..11/3'])('refuses %s as out of range', (text) => {
    expect(problem(text)).toContain('give a number from 0 to 10');
  });

  it.each(['1..2', '1../3', '1..2/', '..', '1..2..3/4'])('refuses the range %s', (text) => {
    expect(problem(text)).toMatch(/is not a (range|number)/);
  });

  it.each(['1..2/1', '1..2/0', '1..2/2.5', '1..2/1e9', '1..2/x'])('refuses the count in %s', (text) => {
    expect(problem(text)).toContain('is not a count of values');
  });

  it('refuses more values than it can hold, without making them', () => {
    expect(problem(Array(5).fill(`0..1/${MAX_VALUES}`).join())).toContain(`More than ${MAX_VALUES} values`);
  });

  it('shortens what it quotes', () => {
    expect(problem('x'.repeat(10_000))?.length).toBeLessThan(100);
  });

  it.each([
    ['90', 'For 90 %, give 0.9.'],
    ['90%', 'For 90 %, give 0.9.'],
    ['90 %', 'For 90 %, give 0.9.'],
    ['0.5 %', 'For 0.5 %, give 0.005.'],
    ['1:4:31', 'A range is start..stop/count: 1..4/31.'],
    ['0:0.1:1', 'A range is start..stop/count, for example 1..4/31.'],
    ['0.5..1', 'for example 0.5..1/31.'],
    ['0.5;1', 'separated by commas'],
  ])('says what %s may mean', (text, wanted) => {
    const probability = numbers({ min: 0.001, max: 1 }, 'a test');
    expect(probability.safeParse(text).error?.issues[0]?.message).toContain(wanted);
  });

  it('has no percentages of what is no fraction', () => {
    expect(problem('90')).not.toContain('%');
  });
});
