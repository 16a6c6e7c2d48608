import { Option } from 'commander'
import { type SettingName, settings, variableOf } from '../config.ts'

/** The flag of a setting, explained with its default and its variable. */
export function settingOption(name: SettingName): Option {
  const setting = settings[name]
  const fallback = setting.default === '' ? '' : ` (default: ${setting.default})`
  return new Option(`--${setting.flag} <value>`, `${setting.meaning}${fallback} [${variableOf(setting)}]`)
}

/** Given flags by the names of their settings; commander names them in camel case after the flags. */
export function settingsByName(flags: Record<string, unknown>): Partial<Record<SettingName, string>> {
  const names = Object.keys(settings) as SettingName[]
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = flags[camelCase(settings[name].flag)]
      return typeof value === 'string' ? [[name, value]] : []
    }),
  )
}

function camelCase(flag: string): string {
  return flag.replaceAll(/-([a-z])/g, (_, letter: string) => letter.toUpperCase())
}
