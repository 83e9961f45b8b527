import { rm, writeFile } from 'node:fs/promises';
import { takeLock } from '../run/files.ts';

// A process that takes a lock, says so, and holds it until it is killed; or, with a number, takes it and gives it back so many times,
// and fails if another process is inside at the same time.

const [file, turns] = process.argv.slice(2) as [string, string?];

if (turns === undefined) {
  await takeLock(file).catch((error) => {
    console.log(error.message);
    process.exit(1);
  });
  console.log('locked');
  setInterval(() => {}, 1000);
} else
  for (let done = 0; done < Number(turns); ) {
    const release = await takeLock(file).catch((error: Error) => {
      if (!error.message.startsWith('Another process')) throw error;
    });
    if (!release) continue;
    await writeFile(`${file}.inside`, '', { flag: 'wx' });
    await rm(`${file}.inside`);
    await release();
    done++;
  }
