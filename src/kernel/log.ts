import { type Logger, type LoggerOptions, pino } from 'pino'

export type Log = Logger

export const logLevels = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const
export type LogLevel = (typeof logLevels)[number]

/** JSON lines on standard output, or readable lines when it is a terminal. Credentials never reach it. */
export function openLog(level: LogLevel, pretty: boolean): Log {
  const options: LoggerOptions = {
    level,
    base: null,
    redact: {
      paths: ['req.headers.authorization', 'authorization', 'secret', 'authToken', 'password'],
      censor: '[redacted]',
    },
  }
  if (!pretty) return pino(options)
  return pino({
    ...options,
    transport: { target: 'pino-pretty', options: { translateTime: 'HH:MM:ss', ignore: 'pid,hostname' } },
  })
}
