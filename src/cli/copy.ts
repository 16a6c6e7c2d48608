import { constants, copyFileSync, existsSync, readFileSync } from 'node:fs'
import { MultiBar, Presets, type SingleBar } from 'cli-progress'
import { Command } from 'commander'
import { type Config, readConfig } from '../config.ts'
import { openLog } from '../kernel/log.ts'
import { secretKeyFile } from '../secret-key.ts'
import { type CopyProgress, copyInstallation } from '../store/copy.ts'
import { printTable } from './table.ts'

export function copyCommand(): Command {
  return new Command('copy')
    .description('Copy a whole installation into another database and prove that every row arrived.')
    .requiredOption('--from <database>', 'sqlite:PATH or postgres://…; no server may run on it')
    .requiredOption('--to <database>', 'the same; it must be empty, or left by a copy that was interrupted')
    .action(({ from, to }: { from: string; to: string }) => copy(from, to))
}

async function copy(from: string, to: string): Promise<void> {
  const config = readConfig(process.env, { database: from })
  const progress = process.stderr.isTTY ? progressBars() : undefined
  try {
    const { tables } = await copyInstallation({
      from,
      to,
      log: openLog('silent', false),
      ...(progress ? { onProgress: progress.show } : {}),
    })
    progress?.end()
    const rows = tables.map(({ name, rows, checksum }) => [name, String(rows), checksum])
    printTable(['TABLE', 'ROWS', 'CHECKSUM'], rows)
    console.log(takeKeyAlong(config, from, to))
  } finally {
    progress?.end()
  }
}

/** What is sealed in the copy needs the same secret key, so its file goes along unless another is in its place. */
function takeKeyAlong({ secretKey }: Config, from: string, to: string): string {
  if (secretKey !== undefined) return 'Serve the copy with the same SKEIN_SECRET_KEY.'
  const [source, target] = [secretKeyFile(from), secretKeyFile(to)]
  if (!existsSync(source)) return `The secret key was not found in ${source}: bring it to ${target}.`
  if (!existsSync(target)) copyFileSync(source, target, constants.COPYFILE_EXCL)
  const same = readFileSync(source, 'utf8') === readFileSync(target, 'utf8')
  return same ? `Its secret key is in ${target}.` : `Replace ${target}, which holds another secret key, by ${source}.`
}

function progressBars(): { show(progress: CopyProgress): void; end(): void } {
  const bars = new MultiBar({ format: '{step} {bar} {value}/{total} {table}', hideCursor: true }, Presets.rect)
  const shown = new Map<string, SingleBar>()
  return {
    show({ step, table, rows, total }) {
      const key = `${step} ${table}`
      const bar = shown.get(key) ?? bars.create(total, 0, { step: step.padEnd(6), table })
      shown.set(key, bar)
      bar.update(rows)
    },
    end: () => bars.stop(),
  }
}
