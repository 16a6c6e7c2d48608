import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { after, test } from 'node:test'

const root = join(import.meta.dirname, '..')
const folder = mkdtempSync(join(tmpdir(), 'skein-imports-'))
after(() => rmSync(folder, { recursive: true }))

/** Where the import stands, what it imports, and its name when that matters. */
type Import = readonly [file: string, from: string, name?: string]

const refused: Import[] = [
  ['src/kernel/a.ts', '../store/store.ts'],
  ['src/kernel/b.ts', '../config.ts'],
  ['src/store/a.ts', '../http/auth.ts'],
  ['src/store/migrations/a.ts', '../../accounts/rows.ts'],
  ['src/http/a.ts', '../accounts/rows.ts'],
  ['src/accounts/commands/a.ts', '../../clock/advance.ts'],
  ['src/operations/a.ts', '../events/rows.ts'],
  ['src/events/a.ts', '../memory/rows.ts'],
  ['src/memory/commands/a.ts', '../../conversations/rows.ts'],
  ['src/conversations/http/a.ts', '../../carriers/carrier.ts'],
  ['src/conversations/a.ts', '../server.ts'],
  ['src/carriers/a.ts', '../voice/calls.ts'],
  ['src/voice/a.ts', '../intelligence/rules.ts'],
  ['src/intelligence/a.ts', '../console/pages.ts'],
  ['src/console/a.ts', '../cli/serve.ts'],
  ['src/memory/domain/a.ts', 'node:fs'],
  ['src/memory/domain/b.ts', 'node:crypto', 'randomUUID'],
  ['src/memory/domain/c.ts', 'pg'],
  ['src/memory/domain/d.ts', '../rows.ts'],
  ['src/memory/domain/e.ts', '../../store/store.ts'],
  ['src/memory/domain/f.ts', '../../kernel/log.ts'],
  ['src/memory/domain/g.ts', '../../kernel/ids.ts', 'newId'],
  ['src/memory/domain/h.ts', '../../conversations/domain/model.ts'],
  ['src/conversations/domain/a.ts', '../../memory/rows.ts'],
  ['src/conversations/domain/b.ts', '../../events/append.ts'],
]

const allowed: Import[] = [
  ['src/store/z.ts', '../kernel/log.ts'],
  ['src/conversations/http/z.ts', '../../accounts/epochs.ts'],
  ['src/conversations/commands/z.ts', '../http/present.ts'],
  ['src/memory/http/z.ts', '../../operations/steps.ts'],
  ['src/server.ts', './conversations/conversations.ts'],
  ['src/cli/z.ts', '../config.ts'],
  ['src/memory/domain/w.ts', 'node:crypto', 'hash'],
  ['src/memory/domain/x.ts', './traits.ts'],
  ['src/memory/domain/y.ts', '../../kernel/ids.ts', 'wireId'],
  ['src/memory/domain/z.ts', '../../kernel/failure.ts'],
  ['src/memory/domain/z.test.ts', '../../store/store.ts'],
  ['src/memory/testing/z.ts', '../../server.ts'],
  ['src/store/suite/z.ts', '../../accounts/rows.ts'],
  ['src/conversations/domain/z.ts', '../../memory/domain/traits.ts'],
]

const complaints = lint([...refused, ...allowed])

for (const [file, from, name] of refused) {
  test(`refuses ${name ?? 'an import'} from ${from} in ${file}`, () => assert.ok(complaints.includes(file)))
}

for (const [file, from, name] of allowed) {
  test(`allows ${name ?? 'an import'} from ${from} in ${file}`, () => assert.ok(!complaints.includes(file)))
}

/** The files of which the linter, configured as it is here, says that an import is restricted. */
function lint(imports: Import[]): string[] {
  cpSync(join(root, 'biome.json'), join(folder, 'biome.json'))
  for (const [file, from, name = 'thing'] of imports) {
    mkdirSync(dirname(join(folder, file)), { recursive: true })
    writeFileSync(join(folder, file), `import { ${name} } from '${from}'\n\nexport const used = ${name}\n`)
  }
  const biome = join(root, 'node_modules/@biomejs/biome/bin/biome')
  const options = ['lint', '--vcs-enabled=false', '--only=style/noRestrictedImports', '--max-diagnostics=none']
  const { stdout } = spawnSync(process.execPath, [biome, ...options, '--reporter=github', '.'], {
    cwd: folder,
    encoding: 'utf8',
  })
  assert.match(stdout, /noRestrictedImports/, 'the linter ran')
  return imports.map(([file]) => file).filter((file) => stdout.includes(`${file},`))
}
