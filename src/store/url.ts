import { resolve } from 'node:path'

/** The path that an address of the form `sqlite:PATH` names; undefined for any other, also for one in memory. */
export function sqlitePath(url: string): string | undefined {
  const name = url === 'sqlite::memory:' ? undefined : /^sqlite:(.+)$/.exec(url)?.[1]
  return name === undefined ? undefined : resolve(name.replace(/^\/\/(?=[^/])/, ''))
}

/** The address of a database without its password, for messages and logs. */
export function withoutPassword(url: string): string {
  return url.replace(/(:\/\/[^:/@]*):.*@/, '$1:***@').replace(/([?&]password=)[^&]*/g, '$1***')
}
