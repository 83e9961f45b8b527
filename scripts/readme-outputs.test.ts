import { expect, it } from 'vitest';
import { withOutputs } from './readme.ts';

const page = (output: string) =>
  `text\n\n\`\`\`console\n$ curl -s localhost\n${output}\n$ npm start\nleft\n\n$ curl -s other\n7\n\`\`\`\n`;

it('writes what commands print now, and leaves what is the same but for last digits', () => {
  const asked: string[] = [];
  const printing = (text: string) => (command: string) => {
    asked.push(command);
    return command.endsWith('other') ? '7\n' : text;
  };
  expect(withOutputs(page('1.5,x'), printing('2.5,x\n'))).toBe(page('2.5,x'));
  expect(asked).toEqual(['curl -s localhost', 'curl -s other']);
  expect(withOutputs(page('1.5,x'), printing('1.5000000000000002,x\n'))).toBe(page('1.5,x'));
  expect(withOutputs(page('1.5,x'), printing('1.5,y\nmore\n'))).toBe(page('1.5,y\nmore'));
});
