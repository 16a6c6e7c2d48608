import cliProgress from 'cli-progress'

/** Shows how far the day has come. */
export interface Progress {
  moved(moved: { at: number; done: number }): void
  stop(): void
}

const hourMs = 3_600_000

/** A bar on a terminal; elsewhere a plain line for each hour of the day. */
export function showProgress(stream: NodeJS.WriteStream, total: number): Progress {
  return stream.isTTY ? barOn(stream, total) : linesOn((line) => stream.write(`${line}\n`), total)
}

/** A line whenever a new hour has begun, and one at the end. */
export function linesOn(print: (line: string) => void, total: number): Progress {
  let hour: number | undefined
  let last: { at: number; done: number } | undefined
  return {
    moved: (moved) => {
      const present = Math.floor(moved.at / hourMs)
      if (hour !== undefined && present > hour && last) print(lineOf(last, total))
      hour = present
      last = moved
    },
    stop: () => {
      if (last) print(lineOf(last, total))
      last = undefined
    },
  }
}

function barOn(stream: NodeJS.WriteStream, total: number): Progress {
  const bar = new cliProgress.SingleBar({
    stream,
    format: 'The day {bar} {clock}  {value} of {total} events',
    barsize: 40,
  })
  bar.start(total, 0, { clock: '     ' })
  return {
    moved: ({ at, done }) => bar.update(done, { clock: timeOf(at) }),
    stop: () => bar.stop(),
  }
}

function lineOf({ at, done }: { at: number; done: number }, total: number): string {
  return `${timeOf(at)}  ${done} of ${total} events`
}

function timeOf(at: number): string {
  return new Date(at).toISOString().slice(11, 16)
}
